using Microsoft.Data.Sqlite;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>The statistics of one metric and unit from a time on, for as long as the store resolves it.</summary>
internal readonly record struct StoredPoint(DateTimeOffset At, string Unit, Statistics Statistics);

/// <summary>
/// Metrics in SQLite: seconds for three hours, minutes for 15 days, hours for 455. Samples are taken without touching the
/// disk and written in batches; whoever reads flushes first.
/// </summary>
internal sealed class MetricStore : IMetricStore, IHostedService, IAsyncDisposable, IDisposable
{
    private const int Capacity = 500_000;
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS series (
            id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
            dimensions TEXT NOT NULL, seen INTEGER NOT NULL, UNIQUE (account, region, namespace, name, dimensions));
        CREATE TABLE IF NOT EXISTS points (
            series INTEGER NOT NULL, resolution INTEGER NOT NULL, at INTEGER NOT NULL, unit TEXT NOT NULL, count REAL NOT NULL,
            sum REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL, sketch BLOB NOT NULL,
            PRIMARY KEY (series, at, resolution, unit)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS points_by_age ON points (resolution, at);
        """;

    private readonly SqliteDatabase database;
    private readonly BatchWriter<Entry> writer;

    public MetricStore(StateFolder folder, TimeProvider time, ILogger<MetricStore> logger)
    {
        database = new SqliteDatabase(Path.Combine(folder.Folder("metrics"), "metrics.db"), Schema);
        writer = new BatchWriter<Entry>(Capacity, Write, time, logger);
    }

    public void Record(Scope scope, MetricSample sample) => writer.TryAdd(new Entry(scope, sample, null));

    /// <summary>Records what was put as a set; <see cref="MetricSample.Value"/> is not looked at.</summary>
    public void Record(Scope scope, MetricSample sample, Statistics set) => writer.TryAdd(new Entry(scope, sample, set));

    /// <summary>Commits what was recorded.</summary>
    public void Flush() => writer.Flush();

    public (double Sum, long Count) Total(
        Scope scope, string @namespace, string name, IReadOnlyList<(string Name, string Value)> dimensions, DateTimeOffset from, DateTimeOffset to)
    {
        Flush();
        var key = MetricKey.Of(scope, @namespace, name, dimensions);
        return database.Read(s => s.First("SELECT coalesce(sum(sum), 0.0), coalesce(sum(count), 0.0) FROM points WHERE series = $0 AND at >= $1 AND at < $2",
            r => (r.GetDouble(0), (long)Math.Round(r.GetDouble(1))), FindSeries(s, key), from.ToUnixTimeSeconds(), UpTo(to)));
    }

    /// <summary>The points of a metric in [from, to), oldest first, in the finest resolution that is kept.</summary>
    public IReadOnlyList<StoredPoint> Points(MetricKey key, DateTimeOffset from, DateTimeOffset to)
    {
        Flush();
        return database.Read(s => s.Query("""
            SELECT at, unit, count, sum, minimum, maximum, sketch FROM points WHERE series = $0 AND at >= $1 AND at < $2 ORDER BY at
            """,
            r => new StoredPoint(DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(0)), r.GetString(1),
                Statistics.Stored(r.GetDouble(2), r.GetDouble(3), r.GetDouble(4), r.GetDouble(5), (byte[])r.GetValue(6))),
            FindSeries(s, key), from.ToUnixTimeSeconds(), UpTo(to)));
    }

    /// <summary>The metrics that were recorded since a time, of one namespace and name where these are given, by namespace and name.</summary>
    public IReadOnlyList<MetricKey> List(Scope scope, string? @namespace, string? name, DateTimeOffset since)
    {
        Flush();
        return database.Read(s => s.Query("""
            SELECT namespace, name, dimensions FROM series
            WHERE account = $0 AND region = $1 AND ($2 IS NULL OR namespace = $2) AND ($3 IS NULL OR name = $3) AND seen >= $4
            ORDER BY namespace, name, dimensions
            """, r => new MetricKey(scope, r.GetString(0), r.GetString(1), r.GetString(2)),
            scope.Account, scope.Region, @namespace, name, since.ToUnixTimeSeconds()));
    }

    /// <summary>Joins points before a time into coarser ones.</summary>
    public void Coarsen(int resolution, int coarser, DateTimeOffset before) => database.Write(s =>
    {
        var limit = before.ToUnixTimeSeconds() / coarser * coarser;
        var old = s.Query("""
            SELECT series, at, unit, count, sum, minimum, maximum, sketch FROM points WHERE resolution = $0 AND at < $1
            """,
            r => (Series: r.GetInt64(0), At: r.GetInt64(1), Unit: r.GetString(2),
                Statistics: Statistics.Stored(r.GetDouble(3), r.GetDouble(4), r.GetDouble(5), r.GetDouble(6), (byte[])r.GetValue(7))),
            resolution, limit);
        s.Execute("DELETE FROM points WHERE resolution = $0 AND at < $1", resolution, limit);
        foreach (var (series, at, unit, statistics) in old)
            Merge(s, series, coarser, at / coarser * coarser, unit, statistics);
    });

    /// <summary>Removes points of a resolution before a time.</summary>
    public void Remove(int resolution, DateTimeOffset before) =>
        database.Write(s => s.Execute("DELETE FROM points WHERE resolution = $0 AND at < $1", resolution, before.ToUnixTimeSeconds()));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        Dispose();
    }

    public void Dispose() => database.Dispose();

    private void Write(IReadOnlyList<Entry> entries)
    {
        var lots = new Dictionary<(MetricKey, long, string), Statistics>();
        var seen = new Dictionary<MetricKey, long>();
        foreach (var (scope, sample, set) in entries)
        {
            var key = MetricKey.Of(scope, sample.Namespace, sample.Name, sample.Dimensions);
            var at = sample.At.ToUnixTimeSeconds();
            if (!lots.TryGetValue((key, at, sample.Unit), out var statistics))
                lots[(key, at, sample.Unit)] = statistics = new Statistics();
            if (set is null)
                statistics.Add(sample.Value);
            else
                statistics.Add(set);
            seen[key] = Math.Max(seen.GetValueOrDefault(key), at);
        }
        database.Write(s =>
        {
            foreach (var (key, at) in seen)
                s.Execute("""
                    INSERT INTO series (account, region, namespace, name, dimensions, seen) VALUES ($0, $1, $2, $3, $4, $5)
                    ON CONFLICT DO UPDATE SET seen = max(seen, excluded.seen)
                    """, key.Scope.Account, key.Scope.Region, key.Namespace, key.Name, key.Dimensions, at);
            foreach (var ((key, at, unit), statistics) in lots)
                Merge(s, FindSeries(s, key), 1, at, unit, statistics);
        });
    }

    private static void Merge(SqliteSession s, long series, int resolution, long at, string unit, Statistics added)
    {
        var there = s.First("""
            SELECT count, sum, minimum, maximum, sketch FROM points WHERE series = $0 AND at = $1 AND resolution = $2 AND unit = $3
            """, r => Statistics.Stored(r.GetDouble(0), r.GetDouble(1), r.GetDouble(2), r.GetDouble(3), (byte[])r.GetValue(4)),
            series, at, resolution, unit) ?? new Statistics();
        there.Add(added);
        s.Execute("""
            INSERT OR REPLACE INTO points (series, resolution, at, unit, count, sum, minimum, maximum, sketch)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8)
            """, series, resolution, at, unit, there.Count, there.Sum, there.Minimum, there.Maximum, there.Spread.Write());
    }

    private static long FindSeries(SqliteSession s, MetricKey key) => s.Whole(
        "SELECT id FROM series WHERE account = $0 AND region = $1 AND namespace = $2 AND name = $3 AND dimensions = $4",
        key.Scope.Account, key.Scope.Region, key.Namespace, key.Name, key.Dimensions);

    /// <summary>Points carry the second they begin in: one that begins before the end counts.</summary>
    private static long UpTo(DateTimeOffset to) => (to.ToUnixTimeMilliseconds() + 999) / 1000;

    private readonly record struct Entry(Scope Scope, MetricSample Sample, Statistics? Set);
}
