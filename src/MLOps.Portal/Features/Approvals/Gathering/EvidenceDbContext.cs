using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>Evidence that was measured.</summary>
public sealed class EvidenceDbContext(DbContextOptions<EvidenceDbContext> options) : FeatureDbContext(options)
{
    public DbSet<MeasuredEvidence> Measured => Set<MeasuredEvidence>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<MeasuredEvidence>(measured =>
    {
        measured.ToTable("MeasuredEvidence");
        measured.HasKey(m => m.Key);
        measured.HasIndex(m => m.Digest);
        measured.HasIndex(m => m.MeasuredAt);
        measured.Property(m => m.Key).HasMaxLength(200);
        measured.Property(m => m.Digest).HasMaxLength(64);
    });
}
