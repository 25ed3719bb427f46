using System.Globalization;
using MLOps.Portal.Data;
using Npgsql;

namespace MLOps.Portal.Features.Audit;

/// <summary>
/// This run of the portal, and which other runs still live: only what a run left that has ended may be looked up by another. With
/// PostgreSQL each run holds an advisory lock of its own, which ends with its connection, however it ends; SQLite has one run only.
/// </summary>
internal sealed class LedgerInstance(PortalDatabase database) : IAsyncDisposable
{
    /// <summary>The first of the two numbers of the locks.</summary>
    private const int Class = 0x4C656467;

    private NpgsqlConnection? held;

    public string Id { get; } = Guid.NewGuid().ToString("n")[..16];

    /// <summary>Says to the other runs that this one lives. May be called again: a connection that broke is made anew.</summary>
    public async Task HoldAsync(CancellationToken cancelled)
    {
        if (!database.IsShared || held is { State: System.Data.ConnectionState.Open } && await AnswersAsync(held, cancelled))
            return;
        if (held is not null)
            await held.DisposeAsync();
        held = Open();
        await held.OpenAsync(cancelled);
        await RunAsync(held, $"SELECT pg_advisory_lock({Class}, {Key(Id)})", cancelled);
    }

    /// <summary>
    /// Stands in for a run that has ended, so that no other run does so at the same time, until what is returned is disposed of; null where
    /// that run lives, or another one stands in for it.
    /// </summary>
    public async Task<IAsyncDisposable?> StandInAsync(string id, CancellationToken cancelled)
    {
        if (!database.IsShared)
            return NoStandIn.Instance;
        var connection = Open();
        await connection.OpenAsync(cancelled);
        if (await RunAsync(connection, $"SELECT pg_try_advisory_lock({Class}, {Key(id)})", cancelled) is true)
            return connection;
        await connection.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (held is not null)
            await held.DisposeAsync();
    }

    // Not pooled: closing it must end the session, and the lock with it.
    private NpgsqlConnection Open() => new(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, KeepAlive = 15 }.ConnectionString);

    private static string Key(string id) =>
        int.TryParse(id.AsSpan(0, Math.Min(8, id.Length)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var key) ? key.ToString(CultureInfo.InvariantCulture) : "0";

    private static async Task<bool> AnswersAsync(NpgsqlConnection connection, CancellationToken cancelled)
    {
        try
        {
            await RunAsync(connection, "SELECT 1", cancelled);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancelled)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancelled);
    }

    private sealed class NoStandIn : IAsyncDisposable
    {
        public static readonly NoStandIn Instance = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
