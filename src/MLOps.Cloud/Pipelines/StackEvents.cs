using System.Runtime.CompilerServices;
using Amazon.CloudFormation;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;
using Aws = Amazon.CloudFormation.Model;

namespace MLOps.Cloud.Pipelines;

/// <summary>What CloudFormation tells of a stack while it is created or changed, as lines of a log.</summary>
public interface IStackEvents
{
    /// <summary>
    /// The events from one time to another, oldest first; with <paramref name="follow"/> it goes on until it is cancelled. A stack that does not
    /// exist has none.
    /// </summary>
    /// <exception cref="CloudException">The cloud cannot be reached or refuses.</exception>
    IAsyncEnumerable<LogLine> ReadAsync(string connection, string stack, DateTimeOffset from, DateTimeOffset? until, bool follow, CancellationToken cancelled = default);
}

/// <inheritdoc/>
internal sealed class StackEvents(ICloudClients clients, ICloudConnections connections, TimeProvider time) : IStackEvents
{
    // A page has 100 events; a deployment has far fewer.
    private const int MostPages = 10;
    private static readonly TimeSpan LocalPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AwsPause = TimeSpan.FromSeconds(5);

    public async IAsyncEnumerable<LogLine> ReadAsync(
        string connection, string stack, DateTimeOffset from, DateTimeOffset? until, bool follow, [EnumeratorCancellation] CancellationToken cancelled = default)
    {
        var pause = connections.Find(connection)?.IsLocal == true ? LocalPause : AwsPause;
        var shown = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            foreach (var e in await EventsAsync(connection, stack, from, cancelled))
            {
                if ((until is null || e.Timestamp.Time() <= until) && shown.Add(e.EventId))
                    yield return Line(e);
            }
            if (!follow)
                yield break;
            await Task.Delay(pause, time, cancelled);
        }
    }

    private async Task<List<Aws.StackEvent>> EventsAsync(string connection, string stack, DateTimeOffset from, CancellationToken cancelled)
    {
        var found = new List<Aws.StackEvent>();
        var request = new Aws.DescribeStackEventsRequest { StackName = stack };
        try
        {
            for (var page = 0; page < MostPages; page++)
            {
                var answer = await clients.Get<IAmazonCloudFormation>(connection).DescribeStackEventsAsync(request, cancelled);
                var events = answer.StackEvents.OrEmpty().ToList();
                found.AddRange(events.Where(e => e.Timestamp.Time() >= from));
                request.NextToken = answer.NextToken;
                // The newest come first: once one is too old, all that follow are.
                if (string.IsNullOrEmpty(request.NextToken) || events.Exists(e => e.Timestamp.Time() < from))
                    break;
            }
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return [];
        }
        found.Reverse();
        return found;
    }

    private static LogLine Line(Aws.StackEvent e) => new(e.Timestamp.Time() ?? default,
        $"{e.ResourceStatus.Word()} {e.LogicalResourceId} ({e.ResourceType}){(string.IsNullOrEmpty(e.ResourceStatusReason) ? "" : $": {e.ResourceStatusReason}")}", e.StackName ?? "");
}
