using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>Changes of what production serves.</summary>
public sealed class PromotionDbContext(DbContextOptions<PromotionDbContext> options) : FeatureDbContext(options)
{
    public DbSet<TrafficChange> Changes => Set<TrafficChange>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<TrafficChange>(change =>
    {
        change.ToTable("TrafficChanges");
        change.HasIndex(c => c.ActiveKey).IsUnique();
        change.HasIndex(c => new { c.Connection, c.Endpoint, c.AskedAt });
        change.Property(c => c.Connection).HasMaxLength(128);
        change.Property(c => c.Endpoint).HasMaxLength(128);
        change.Property(c => c.ActiveKey).HasMaxLength(260);
        change.Property(c => c.Reason).HasMaxLength(2048);
        change.Property(c => c.EvidenceDigest).HasMaxLength(64);
        change.Property(c => c.Outcome).HasMaxLength(16);
    });
}
