using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.History;

namespace MLOps.Portal.Features.Timeline;

/// <summary>What served when, and what became of deployments.</summary>
public sealed class TimelineDbContext(DbContextOptions<TimelineDbContext> options) : FeatureDbContext(options)
{
    public DbSet<ServedRow> Served => Set<ServedRow>();

    public DbSet<ChangeRow> Changes => Set<ChangeRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ServedRow>(served =>
        {
            served.ToTable("timeline_served");
            // Two instances of the portal see the same change: the second one's row is refused.
            served.HasIndex(s => new { s.Connection, s.Endpoint, s.Variant, s.From }).IsUnique();
            served.HasIndex(s => new { s.Connection, s.To });
            Limit(served, s => s.Connection, 64);
            Limit(served, s => s.Endpoint, 63);
            Limit(served, s => s.Variant, 63);
            Limit(served, s => s.Model, 63);
            Limit(served, s => s.ConfigName, 63);
            Limit(served, s => s.TrainingJob, 63);
            Limit(served, s => s.ImageDigest, 80);
        });
        modelBuilder.Entity<ChangeRow>(change =>
        {
            change.ToTable("timeline_changes");
            change.HasIndex(c => new { c.Connection, c.Endpoint, c.At, c.Kind }).IsUnique();
            Limit(change, c => c.Connection, 64);
            Limit(change, c => c.Endpoint, 63);
            Limit(change, c => c.ConfigName, 63);
            Limit(change, c => c.What, ChangeRow.LongestText);
            change.Property(c => c.Kind).HasConversion<string>().HasMaxLength(16);
        });
    }

    private static void Limit<T>(Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<T> entity, System.Linq.Expressions.Expression<Func<T, string>> text, int length) where T : class =>
        entity.Property(text).HasMaxLength(length);
}

/// <summary>A variant that served a model with a share of the traffic, from a moment to another.</summary>
public sealed class ServedRow
{
    public long Id { get; set; }

    public string Connection { get; set; } = "";

    public string Endpoint { get; set; } = "";

    public string Variant { get; set; } = "";

    public string Model { get; set; } = "";

    public string TrainingJob { get; set; } = "";

    public string ConfigName { get; set; } = "";

    public string ImageDigest { get; set; } = "";

    /// <summary>0 to 1.</summary>
    public double Share { get; set; }

    public DateTimeOffset From { get; set; }

    /// <summary>Null while it serves.</summary>
    public DateTimeOffset? To { get; set; }
}

/// <summary>Something that happened to an endpoint.</summary>
public sealed class ChangeRow
{
    public const int LongestText = 1024;

    public long Id { get; set; }

    public string Connection { get; set; } = "";

    public string Endpoint { get; set; } = "";

    public DateTimeOffset At { get; set; }

    public EndpointChangeKind Kind { get; set; }

    public string ConfigName { get; set; } = "";

    public string What { get; set; } = "";
}
