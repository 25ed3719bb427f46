using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Events;

/// <summary>
/// Something that happened, in EventBridge's terms: <c>Source</c> such as <c>aws.s3</c>, <c>DetailType</c> such as
/// <c>Object Created</c>, and the detail as AWS documents it for that type.
/// </summary>
public sealed record CloudEvent(Scope Scope, string Source, string DetailType, JsonObject Detail, IReadOnlyList<string> Resources);

/// <summary>
/// Carries events between the services of the local cloud and to EventBridge's rules. Subscribers run on the publisher's
/// thread: they must be quick, not throw, and hand longer work to their own queue.
/// </summary>
public sealed class CloudEventBus(ILogger<CloudEventBus> logger)
{
    private readonly Lock gate = new();
    private Action<CloudEvent>[] subscribers = [];

    /// <summary>Adds a subscriber; dispose the result to leave.</summary>
    public IDisposable Subscribe(Action<CloudEvent> subscriber)
    {
        lock (gate)
            subscribers = [.. subscribers, subscriber];
        return new Subscription(() =>
        {
            lock (gate)
                subscribers = [.. subscribers.Where(s => s != subscriber)];
        });
    }

    /// <summary>Hands the event to every subscriber; one that throws is logged and does not keep it from the others.</summary>
    public void Publish(CloudEvent happened)
    {
        foreach (var subscriber in subscribers)
        {
            try
            {
                subscriber(happened);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                logger.LogError(e, "A subscriber failed on {Source} {DetailType}", happened.Source, happened.DetailType);
            }
        }
    }

    private sealed class Subscription(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
