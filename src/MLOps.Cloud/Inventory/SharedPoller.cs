using System.Runtime.CompilerServices;
using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Inventory;

/// <summary>What is read again and again: the last value, and why the last try failed where it did.</summary>
/// <param name="Value">Null while nothing was read yet; stays while the cloud cannot be asked.</param>
public sealed record Watched<T>(T? Value, CloudFault? Fault) where T : class;

/// <summary>
/// Reads things at a pace while somebody watches them: one poller a key, however many watch. The first look is at once; who comes
/// later has the last value at once; when the last one has gone, the poller ends.
/// </summary>
internal sealed class SharedPoller<TKey, T>(Func<TKey, CancellationToken, Task<T>> read, TimeSpan pace, TimeProvider time)
    where TKey : notnull
    where T : class
{
    private readonly Dictionary<TKey, Poll> polls = [];

    /// <summary>How many things are watched now.</summary>
    public int Count
    {
        get
        {
            lock (polls)
                return polls.Count;
        }
    }

    /// <summary>The states from now on, until it is cancelled. Who is slower than the pace gets the latest one.</summary>
    public async IAsyncEnumerable<Watched<T>> WatchAsync(TKey key, [EnumeratorCancellation] CancellationToken cancelled = default)
    {
        var poll = Enter(key);
        try
        {
            var (state, changes) = poll.State.Subscribe();
            if (state.Value is not null || state.Fault is not null)
                yield return state;
            await foreach (var change in changes.WithCancellation(cancelled))
                yield return change;
        }
        finally
        {
            Leave(key, poll);
        }
    }

    private Poll Enter(TKey key)
    {
        lock (polls)
        {
            if (!polls.TryGetValue(key, out var poll))
            {
                polls[key] = poll = new Poll();
                _ = Task.Run(() => RunAsync(key, poll));
            }
            poll.Watchers++;
            return poll;
        }
    }

    private void Leave(TKey key, Poll poll)
    {
        lock (polls)
        {
            if (--poll.Watchers > 0)
                return;
            polls.Remove(key);
        }
        poll.Abandoned.Cancel();
    }

    private async Task RunAsync(TKey key, Poll poll)
    {
        using var timer = new PeriodicTimer(pace, time);
        try
        {
            do
                await ReadAsync(key, poll);
            while (await timer.WaitForNextTickAsync(poll.Abandoned.Token));
        }
        catch (OperationCanceledException) when (poll.Abandoned.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
    }

    private async Task ReadAsync(TKey key, Poll poll)
    {
        try
        {
            var value = await read(key, poll.Abandoned.Token);
            poll.State.Update(_ => new Watched<T>(value, null));
        }
        catch (CloudException e)
        {
            poll.State.Update(before => before with { Fault = e.Fault });
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault of our own must neither end the poller nor pass unseen: it stands on the page.
            poll.State.Update(before => before with { Fault = new CloudFault(CloudFaultKind.ServiceFailure, $"The portal could not read this: {e.Message}") });
        }
    }

    private sealed class Poll
    {
        public LatestValue<Watched<T>> State { get; } = new(new Watched<T>(null, null));

        public CancellationTokenSource Abandoned { get; } = new();

        public int Watchers { get; set; }
    }
}
