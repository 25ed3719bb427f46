using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;

namespace MLOps.Portal.Features.Timeline;

/// <summary>
/// Follows the live inventory and writes down what serves. After a time without the portal it closes what has ended
/// meanwhile at the moment when the endpoint says that it was changed.
/// </summary>
internal sealed partial class TimelineRecorder(
    ICloudConnections connections, IInventory<EndpointSummary> endpoints, IInventory<ModelSummary> models, TimelineStore store, Data.DatabaseSetup database, TimeProvider time,
    ILogger<TimelineRecorder> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        await Task.WhenAll(connections.All.Select(c => FollowAsync(c.Name, stoppingToken)));
    }

    private async Task FollowAsync(string connection, CancellationToken stopping)
    {
        var before = new Dictionary<string, EndpointSummary>(StringComparer.Ordinal);
        var isFirst = true;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var (state, changes) = endpoints.Subscribe(connection);
                if (await TakeAsync(connection, state, before, isFirst, stopping))
                    isFirst = false;
                await foreach (var next in changes.WithCancellation(stopping))
                    if (await TakeAsync(connection, next, before, isFirst, stopping))
                        isFirst = false;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is System.Data.Common.DbException or Microsoft.EntityFrameworkCore.DbUpdateException or InvalidOperationException)
            {
                // The database is away: what it lacks is written at the next look, which begins anew.
                Log.Failed(logger, connection, fault);
                (isFirst, before) = (true, new(StringComparer.Ordinal));
                await Task.Delay(Pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Writes down one state; false where it tells nothing, because the cloud has not answered.</summary>
    internal async Task<bool> TakeAsync(
        string connection, InventoryState<EndpointSummary> state, Dictionary<string, EndpointSummary> before, bool isFirst, CancellationToken cancelled)
    {
        if (state.AsOf is not { } asOf || state.IsStale)
            return false;
        var changed = isFirst ? [.. state.Items] : state.Items.Where(e => before.GetValueOrDefault(e.Name) != e).ToList();
        var gone = before.Keys.Where(name => state.Items.All(e => e.Name != name)).ToList();
        if (!isFirst && changed.Count == 0 && gone.Count == 0)
            return true;
        var open = (await store.OpenAsync(connection, cancelled)).ToLookup(r => r.Endpoint, StringComparer.Ordinal);
        var jobs = models.Current(connection).Items.ToDictionary(m => m.Name, m => m.TrainingJob, StringComparer.Ordinal);
        foreach (var endpoint in changed)
        {
            var known = before.GetValueOrDefault(endpoint.Name);
            var at = endpoint.Modified ?? endpoint.Created;
            var rows = EndpointStory.Serving(endpoint, model => jobs.GetValueOrDefault(model, ""), at).ToList();
            if (rows.Count == 0 && EndpointStory.IsStarting(endpoint, open[endpoint.Name]))
            {
                // Its instances come up again: what served will serve, and nobody has changed it.
                before[endpoint.Name] = endpoint;
                continue;
            }
            var ended = open[endpoint.Name].Where(o => !rows.Any(r => EndpointStory.IsSame(o, r))).ToList();
            var begun = rows.Where(r => !open[endpoint.Name].Any(o => EndpointStory.IsSame(o, r))).ToList();
            // Seen for the first time since the start, but known from before it: then it was not created just now.
            var changes = known is null && isFirst && open[endpoint.Name].Any() ? Missed(endpoint, ended.Count > 0, at) : EndpointStory.Changes(known, endpoint, asOf);
            await store.WriteAsync(ended, at, begun, [.. changes], cancelled);
            before[endpoint.Name] = endpoint;
        }
        // What the database holds open and the cloud does not know any more ended while the portal was away, or just now.
        foreach (var name in gone.Union(isFirst ? open.Select(o => o.Key).Where(n => state.Items.All(e => e.Name != n)) : []).ToList())
        {
            var last = before.GetValueOrDefault(name) ?? new EndpointSummary(connection, name, "") { ConfigName = open[name].First().ConfigName };
            await store.WriteAsync([.. open[name]], asOf, [], [.. EndpointStory.Changes(last, null, asOf)], cancelled);
            before.Remove(name);
        }
        return true;
    }

    private static IEnumerable<ChangeRow> Missed(EndpointSummary endpoint, bool isOther, DateTimeOffset at) => !isOther ? [] :
    [
        new ChangeRow
        {
            Connection = endpoint.Connection, Endpoint = endpoint.Name, At = at, Kind = Shared.History.EndpointChangeKind.Deployed, ConfigName = endpoint.ConfigName,
            What = "Changed while the portal was not running",
        },
    ];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "What serves in {Connection} cannot be written down")]
        public static partial void Failed(ILogger logger, string connection, Exception fault);
    }
}
