using System.Runtime.CompilerServices;
using Amazon.CloudWatchLogs;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;
using Aws = Amazon.CloudWatchLogs.Model;

namespace MLOps.Cloud.Telemetry;

/// <inheritdoc/>
internal sealed class LogReader : ILogReader
{
    // Events may arrive late and out of order: each look goes back a little, and forgets what it has shown already.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);
    private const int BatchSize = 1000;
    private static readonly TimeSpan LocalPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AwsPause = TimeSpan.FromSeconds(3);

    private readonly ICloudClients clients;
    private readonly ICloudConnections connections;
    private readonly TimeProvider time;
    private readonly SharedLogs shared;

    public LogReader(ICloudClients clients, ICloudConnections connections, TimeProvider time)
    {
        (this.clients, this.connections, this.time) = (clients, connections, time);
        shared = new SharedLogs(FollowAsync);
    }

    public IAsyncEnumerable<LogLine> ReadAsync(
        string connection, LogSource source, DateTimeOffset? from = null, bool follow = false, CancellationToken cancelled = default) => follow
        ? FollowAsync(connection, source, from, null, cancelled)
        : ReadOnceAsync(connection, source, from, cancelled);

    /// <summary>The lines so far and those to come, until <paramref name="isOver"/> says so. All who follow a log share one reader.</summary>
    public IAsyncEnumerable<LogLine> FollowAsync(
        string connection, LogSource source, DateTimeOffset? from, Func<CancellationToken, Task<bool>>? isOver, CancellationToken cancelled = default) =>
        shared.FollowAsync(new SharedLogs.Wanted(connection, source, from, isOver), cancelled);

    private async IAsyncEnumerable<LogLine> ReadOnceAsync(string connection, LogSource source, DateTimeOffset? from, [EnumeratorCancellation] CancellationToken cancelled)
    {
        await foreach (var e in EventsAsync(connection, source, from?.ToUnixTimeMilliseconds(), cancelled))
            yield return Line(e);
    }

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> FollowAsync(SharedLogs.Wanted wanted, [EnumeratorCancellation] CancellationToken cancelled)
    {
        var (connection, source, from, isOver) = wanted;
        var pause = connections.Find(connection)?.IsLocal == true ? LocalPause : AwsPause;
        var shown = new Dictionary<string, long>();
        var since = from?.ToUnixTimeMilliseconds();
        while (true)
        {
            // Asked before the look: what was written up to the end is then in it.
            var isLast = isOver is not null && await isOver(cancelled);
            var newest = since ?? 0;
            var batch = new List<LogLine>();
            await foreach (var e in EventsAsync(connection, source, since, cancelled))
            {
                var at = e.Timestamp ?? 0;
                newest = Math.Max(newest, at);
                if (shown.TryAdd(e.EventId ?? $"{e.LogStreamName}/{at}/{e.Message}", at))
                    batch.Add(Line(e));
                if (batch.Count < BatchSize)
                    continue;
                yield return batch;
                batch = [];
            }
            if (batch.Count > 0)
                yield return batch;
            if (isLast)
                yield break;
            since = Math.Max(from?.ToUnixTimeMilliseconds() ?? 0, newest - (long)Overlap.TotalMilliseconds);
            foreach (var old in shown.Where(s => s.Value < since).Select(s => s.Key).ToList())
                shown.Remove(old);
            await Task.Delay(pause, time, cancelled);
        }
    }

    private static LogLine Line(Aws.FilteredLogEvent e) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(e.Timestamp ?? 0), e.Message ?? "", e.LogStreamName ?? "");

    private async IAsyncEnumerable<Aws.FilteredLogEvent> EventsAsync(
        string connection, LogSource source, long? since, [EnumeratorCancellation] CancellationToken cancelled)
    {
        var request = new Aws.FilterLogEventsRequest
        {
            LogGroupName = source.Group,
            LogStreamNamePrefix = source.StreamPrefix.Length > 0 ? source.StreamPrefix : null,
            StartTime = since,
        };
        do
        {
            Aws.FilterLogEventsResponse answer;
            try
            {
                answer = await clients.Get<IAmazonCloudWatchLogs>(connection).FilterLogEventsAsync(request, cancelled);
            }
            catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
            {
                // Nothing was written yet.
                yield break;
            }
            // An empty page is not the end; the end is no token.
            foreach (var found in answer.Events.OrEmpty())
                yield return found;
            request.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
    }
}
