using System.Runtime.CompilerServices;
using Amazon.CloudWatchLogs;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;
using Aws = Amazon.CloudWatchLogs.Model;

namespace MLOps.Cloud.Telemetry;

/// <inheritdoc/>
internal sealed class LogReader(ICloudClients clients, ICloudConnections connections, TimeProvider time) : ILogReader
{
    // Events may arrive late and out of order: each look goes back a little, and forgets what it has shown already.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LocalPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AwsPause = TimeSpan.FromSeconds(3);

    public IAsyncEnumerable<LogLine> ReadAsync(
        string connection, LogSource source, DateTimeOffset? from = null, bool follow = false, CancellationToken cancelled = default) =>
        FollowAsync(connection, source, from, follow ? () => Task.FromResult(false) : null, cancelled);

    /// <summary>The lines so far and, where <paramref name="isOver"/> is given, those to come until it says so.</summary>
    public async IAsyncEnumerable<LogLine> FollowAsync(
        string connection, LogSource source, DateTimeOffset? from, Func<Task<bool>>? isOver, [EnumeratorCancellation] CancellationToken cancelled = default)
    {
        var pause = connections.Find(connection)?.IsLocal == true ? LocalPause : AwsPause;
        var shown = new Dictionary<string, long>();
        var since = from?.ToUnixTimeMilliseconds();
        while (true)
        {
            // Asked before the look: what was written up to the end is then in it.
            var isLast = isOver is null || await isOver();
            var newest = since ?? 0;
            await foreach (var e in EventsAsync(connection, source, since, cancelled))
            {
                var at = e.Timestamp ?? 0;
                newest = Math.Max(newest, at);
                if (shown.TryAdd(e.EventId ?? $"{e.LogStreamName}/{at}/{e.Message}", at))
                    yield return new LogLine(DateTimeOffset.FromUnixTimeMilliseconds(at), e.Message ?? "", e.LogStreamName ?? "");
            }
            if (isLast)
                yield break;
            since = Math.Max(from?.ToUnixTimeMilliseconds() ?? 0, newest - (long)Overlap.TotalMilliseconds);
            foreach (var old in shown.Where(s => s.Value < since).Select(s => s.Key).ToList())
                shown.Remove(old);
            await Task.Delay(pause, time, cancelled);
        }
    }

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
