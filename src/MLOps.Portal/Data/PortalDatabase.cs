using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using MLOps.Portal.Hosting;

namespace MLOps.Portal.Data;

/// <summary>The one database that all contexts share, as the settings say.</summary>
internal sealed class PortalDatabase(IOptions<DatabaseOptions> options, StatePaths paths)
{
    /// <summary>Whether other instances of the portal may be using it too.</summary>
    public bool IsShared => options.Value.IsPostgres;

    // Microsoft.Data.Sqlite's pool can hand one connection to two owners at once (dotnet/efcore issue 39008), and background work and pages do open
    // theirs at once. Opening a file anew takes a fraction of a millisecond.
    public string ConnectionString => IsShared ? options.Value.ConnectionString : $"Data Source={paths.Database};Pooling=False";

    /// <summary>Where it is, for people: without a password.</summary>
    public string Place => IsShared ? "in PostgreSQL" : paths.Database;

    /// <summary>What to do when it cannot be used.</summary>
    public string Remedy => IsShared
        ? $"Make sure that the server answers and lets in whom {DatabaseOptions.Section}:ConnectionString names, with the right to make tables."
        : "Make sure that the disk has room, that the folder can be written, and that no other portal uses it; restore the file from a backup, or start over without it: ./run --fresh.";

    /// <summary>Points a context of the feature at the database. Each feature has a migrations history of its own.</summary>
    public void Configure(DbContextOptionsBuilder builder, string feature)
    {
        var history = "__migrations_" + feature;
        if (IsShared)
        {
            builder.UseNpgsql(ConnectionString, postgres => postgres.MigrationsHistoryTable(history));
            // The snapshots of the migrations hold what both databases have in common, so that they lack what Npgsql adds by convention.
            // Whether a migration is missing is asked of SQLite.
            builder.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
        }
        else
        {
            builder.UseSqlite(ConnectionString, sqlite => sqlite.MigrationsHistoryTable(history));
        }
    }
}

/// <summary>A context on the list of those that are migrated at start.</summary>
/// <param name="Name">Short and lower case; its migrations history is <c>__migrations_NAME</c>.</param>
internal sealed record FeatureDatabase(string Name, Type Context);
