using System.Collections.Concurrent;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>Wakes those who wait at a queue when something came to it.</summary>
internal sealed class QueueSignals
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource> waiting = new();

    /// <summary>Ends at the next pulse. Take it before looking into the queue, so that nothing is missed between.</summary>
    public Task Next(long queue) => waiting.GetOrAdd(queue, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Pulse(long queue)
    {
        if (waiting.TryRemove(queue, out var source))
            source.SetResult();
    }
}
