using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Approvals;

/// <summary>Decisions about approvals.</summary>
public sealed class DecisionDbContext(DbContextOptions<DecisionDbContext> options) : FeatureDbContext(options)
{
    public DbSet<Decision> Decisions => Set<Decision>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Decision>(decision =>
    {
        decision.HasIndex(d => new { d.Connection, d.Pipeline, d.ExecutionId });
        decision.HasIndex(d => d.DecidedAt);
        decision.Property(d => d.Comment).HasMaxLength(2048);
        decision.Property(d => d.EvidenceDigest).HasMaxLength(64);
    });
}
