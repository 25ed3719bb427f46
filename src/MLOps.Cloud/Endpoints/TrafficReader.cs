using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Endpoints;

/// <inheritdoc/>
internal sealed class TrafficReader : IEndpointTraffic
{
    private const int Day = 24;
    private static readonly TimeSpan LocalPace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AwsPace = TimeSpan.FromMinutes(5);

    private readonly IInventory<EndpointSummary> endpoints;
    private readonly MetricReader metrics;
    private readonly TimeProvider time;
    private readonly SharedPoller<string, TrafficReport> watched;

    public TrafficReader(IInventory<EndpointSummary> endpoints, MetricReader metrics, ICloudConnections connections, IOptions<CloudOptions> options, TimeProvider time)
    {
        (this.endpoints, this.metrics, this.time) = (endpoints, metrics, time);
        IdleAfter = options.Value.Traffic.IdleAfter;
        watched = new(ReadAsync, options.Value.Traffic.Interval ?? (connections.All.All(c => c.IsLocal) ? LocalPace : AwsPace), time);
    }

    public TimeSpan IdleAfter { get; }

    public IAsyncEnumerable<Watched<TrafficReport>> WatchAsync(string connection, CancellationToken cancelled = default) => watched.WatchAsync(connection, cancelled);

    internal async Task<TrafficReport> ReadAsync(string connection, CancellationToken cancelled)
    {
        var known = await KnownAsync(connection, cancelled);
        var now = time.GetUtcNow();
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        var first = hour.AddHours(1 - Day);
        var hourly = await SumsAsync(connection, known, first, now, TimeSpan.FromHours(1), cancelled);
        var quiet = known.Where(e => now - e.Created >= IdleAfter && !hourly[e.Name].Any(p => p.Value > 0)).ToList();
        // Only those that were quiet today are asked about the days before: a metric read costs money.
        var daily = await SumsAsync(connection, quiet, now - IdleAfter, now, TimeSpan.FromDays(1), cancelled);
        return new TrafficReport(now, known.Select(e => new EndpointTraffic(
            e.Name,
            Enumerable.Range(0, Day).Select(h => hourly[e.Name].Where(p => p.At >= first.AddHours(h) && p.At < first.AddHours(h + 1)).Sum(p => p.Value)).ToValueList(),
            daily.TryGetValue(e.Name, out var days) && !days.Any(p => p.Value > 0))).ToValueList());
    }

    /// <summary>The endpoints as the inventory has them, once it has looked.</summary>
    private async Task<ValueList<EndpointSummary>> KnownAsync(string connection, CancellationToken cancelled)
    {
        var (state, changes) = endpoints.Subscribe(connection);
        await using var next = changes.GetAsyncEnumerator(cancelled);
        while (state.IsLoading && await next.MoveNextAsync())
            state = next.Current;
        return state.AsOf is null && state.Fault is { } fault ? throw new CloudException(fault) : state.Items;
    }

    private async Task<Dictionary<string, List<MetricPoint>>> SumsAsync(
        string connection, IReadOnlyList<EndpointSummary> asked, DateTimeOffset from, DateTimeOffset until, TimeSpan period, CancellationToken cancelled)
    {
        var sums = asked.ToDictionary(e => e.Name, _ => new List<MetricPoint>());
        var queries = asked.SelectMany(e => e.Variants.Select(v => (Endpoint: e.Name, Query: new MetricQuery(
            "invocations", e.Name, "Count", "AWS/SageMaker", "Invocations", "Sum", [new("EndpointName", e.Name), new("VariantName", v.Name)])))).ToList();
        if (queries.Count == 0)
            return sums;
        var series = await metrics.ReadAsync(connection, [.. queries.Select(q => q.Query)], from, until, period, cancelled);
        foreach (var (query, found) in queries.Zip(series))
            sums[query.Endpoint].AddRange(found.Points);
        return sums;
    }
}
