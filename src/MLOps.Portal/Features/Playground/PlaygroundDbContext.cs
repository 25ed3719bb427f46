using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Playground.Cases;
using MLOps.Portal.Features.Playground.History;

namespace MLOps.Portal.Features.Playground;

/// <summary>What the playground keeps: cases, which all share, and what each person sent.</summary>
public sealed class PlaygroundDbContext(DbContextOptions<PlaygroundDbContext> options) : FeatureDbContext(options)
{
    public DbSet<SavedCase> Cases => Set<SavedCase>();

    public DbSet<SentRequest> Requests => Set<SentRequest>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<SavedCase>(saved =>
        {
            saved.ToTable("PlaygroundCases");
            saved.Property(c => c.Id).HasMaxLength(32);
            saved.HasIndex(c => new { c.Connection, c.Endpoint });
            saved.Property(c => c.Connection).HasMaxLength(128);
            saved.Property(c => c.Endpoint).HasMaxLength(128);
            saved.Property(c => c.Name).HasMaxLength(CaseStore.LongestName);
            saved.Property(c => c.ContentType).HasMaxLength(256);
            saved.Property(c => c.Accept).HasMaxLength(256);
            saved.Property(c => c.CustomAttributes).HasMaxLength(1024);
            saved.Property(c => c.Body).HasMaxLength(CaseStore.LongestBody);
            saved.Property(c => c.Expected).HasMaxLength(CaseStore.LongestExpected);
            saved.Property(c => c.ChangedBy).HasMaxLength(256);
            saved.Property(c => c.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<SentRequest>(sent =>
        {
            sent.ToTable("PlaygroundRequests");
            sent.Property(r => r.Id).HasMaxLength(32);
            sent.HasIndex(r => new { r.UserId, r.Connection, r.At });
            sent.Property(r => r.UserId).HasMaxLength(450);
            sent.Property(r => r.Connection).HasMaxLength(128);
            sent.Property(r => r.Endpoint).HasMaxLength(128);
        });
    }
}
