using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MLOps.Portal.Data;

/// <summary>What the contexts of all features have in common. One feature, one context; all live in one database: see docs/database.md.</summary>
public abstract class FeatureDbContext(DbContextOptions options) : DbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.UsePortalConventions();
}

/// <summary>How values are kept, the same in both databases.</summary>
public static class PortalConventions
{
    /// <summary>
    /// A DateTimeOffset is kept as its ticks in UTC: SQLite cannot compare or order its text form, PostgreSQL keeps microseconds only,
    /// and neither keeps the offset.
    /// </summary>
    public static void UsePortalConventions(this ModelConfigurationBuilder conventions) =>
        conventions.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
