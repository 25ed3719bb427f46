using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;

namespace MLOps.Cloud.Events;

/// <summary>Which queue tells of the changes in each connection, and whether it can be heard.</summary>
internal sealed class EventQueues
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> queues = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> heard = new(StringComparer.OrdinalIgnoreCase);

    public EventQueues(IOptions<CloudOptions> options)
    {
        foreach (var (connection, settings) in CloudConnections.Connections(options.Value).Where(c => c.Options.EventQueueUrl.Length > 0))
            Found(connection.Name, settings.EventQueueUrl);
    }

    /// <summary>Says that a connection has a queue; the first word counts.</summary>
    public void Found(string connection, string url) => Of(connection).TrySetResult(url);

    /// <summary>The URL of a connection's queue, as soon as there is one.</summary>
    public Task<string> QueueAsync(string connection, CancellationToken cancelled) => Of(connection).Task.WaitAsync(cancelled);

    /// <summary>Whether the last look into a connection's queue was answered.</summary>
    public bool Flow(string connection) => heard.GetValueOrDefault(connection);

    /// <summary>Writes down whether a look into a connection's queue was answered.</summary>
    public void Heard(string connection, bool isAnswered) => heard[connection] = isAnswered;

    private TaskCompletionSource<string> Of(string connection) => queues.GetOrAdd(connection, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
