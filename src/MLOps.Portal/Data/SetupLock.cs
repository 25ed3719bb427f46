using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace MLOps.Portal.Data;

/// <summary>Instances that start at once set the database up one after another.</summary>
internal static class SetupLock
{
    /// <summary>Any number that nothing else locks.</summary>
    private const long Key = 0x4D4C4F7073;

    /// <summary>A migration of SQLite that holds its lock for longer than that was killed.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    /// <summary>Waits its turn. PostgreSQL frees the lock when the connection ends, however it ends; EF Core locks SQLite by itself.</summary>
    public static async Task<IAsyncDisposable?> TakeAsync(PortalDatabase database, CancellationToken cancelled)
    {
        if (!database.IsShared)
            return null;
        // Not pooled: closing it must end the session, and the lock with it.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancelled);
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({Key.ToString(CultureInfo.InvariantCulture)})", connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancelled);
        return connection;
    }

    /// <summary>EF Core's lock for SQLite is a row, which outlives a process that was killed while it migrated, and would be waited for without end.</summary>
    public static async Task FreeAbandonedLockAsync(this DbContext context, TimeProvider time, CancellationToken cancelled)
    {
        if (!context.Database.IsSqlite())
            return;
        await context.Database.OpenConnectionAsync(cancelled);
        await using var command = ((SqliteConnection)context.Database.GetDbConnection()).CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if ((long)(await command.ExecuteScalarAsync(cancelled))! == 0)
            return;
        command.CommandText = "DELETE FROM __EFMigrationsLock WHERE datetime(Timestamp) < datetime($before)";
        command.Parameters.AddWithValue("$before", (time.GetUtcNow() - Abandoned).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        await command.ExecuteNonQueryAsync(cancelled);
    }
}
