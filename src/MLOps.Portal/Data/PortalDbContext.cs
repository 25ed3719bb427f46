using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MLOps.Portal.Data;

/// <summary>The portal's own database: people and their decisions.</summary>
public sealed class PortalDbContext(DbContextOptions<PortalDbContext> options) : IdentityDbContext<PortalUser, IdentityRole, string>(options)
{
    public DbSet<Decision> Decisions => Set<Decision>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<PortalUser>().Property(user => user.DisplayName).HasMaxLength(128);
        builder.Entity<Decision>(decision =>
        {
            decision.HasIndex(d => new { d.Connection, d.Pipeline, d.ExecutionId });
            decision.HasIndex(d => d.DecidedAt);
            decision.Property(d => d.Comment).HasMaxLength(2048);
            decision.Property(d => d.EvidenceDigest).HasMaxLength(64);
        });
    }

    // SQLite cannot compare or order its text form of a DateTimeOffset; ticks in UTC can be.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
