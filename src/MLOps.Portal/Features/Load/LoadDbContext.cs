using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Load;

/// <summary>The runs of load that are kept.</summary>
public sealed class LoadDbContext(DbContextOptions<LoadDbContext> options) : FeatureDbContext(options)
{
    public DbSet<LoadRun> Runs => Set<LoadRun>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<LoadRun>(run =>
    {
        run.ToTable("LoadRuns");
        run.HasIndex(r => r.ActiveKey).IsUnique();
        run.HasIndex(r => new { r.Connection, r.StartedAt });
        run.Property(r => r.Id).HasMaxLength(32);
        run.Property(r => r.Connection).HasMaxLength(128);
        run.Property(r => r.Endpoint).HasMaxLength(128);
        run.Property(r => r.Variant).HasMaxLength(128);
        run.Property(r => r.ActiveKey).HasMaxLength(300);
        run.Property(r => r.BodyStart).HasMaxLength(400);
        run.Property(r => r.StartedBy).HasMaxLength(256);
        run.Property(r => r.Message).HasMaxLength(2000);
    });
}
