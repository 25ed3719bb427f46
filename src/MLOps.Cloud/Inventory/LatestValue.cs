using System.Runtime.CompilerServices;

namespace MLOps.Cloud.Inventory;

/// <summary>
/// A value that changes, with any number of readers. A reader waits on the value that it has seen and then takes the newest
/// one: it skips what it was too slow for, holds no queue, and leaves nothing behind when it goes.
/// </summary>
internal sealed class LatestValue<T>(T initial)
{
    private readonly Lock gate = new();
    private volatile Node current = new(initial);
    private volatile bool completed;

    /// <summary>The newest value.</summary>
    public T Value => current.Value;

    /// <summary>The value now, and a stream of those that come after it.</summary>
    public (T Value, IAsyncEnumerable<T> Changes) Subscribe()
    {
        var seen = current;
        return (seen.Value, After(seen));
    }

    /// <summary>Makes a new value of the newest one and hands it to the readers; nothing happens where <paramref name="change"/> returns the same.</summary>
    public T Update(Func<T, T> change)
    {
        Node before;
        T value;
        lock (gate)
        {
            before = current;
            value = change(before.Value);
            if (ReferenceEquals(value, before.Value))
                return value;
            current = new Node(value);
        }
        before.Replaced.TrySetResult();
        return value;
    }

    /// <summary>Ends every stream after the newest value.</summary>
    public void Complete()
    {
        completed = true;
        current.Replaced.TrySetResult();
    }

    private async IAsyncEnumerable<T> After(Node seen, [EnumeratorCancellation] CancellationToken cancelled = default)
    {
        while (true)
        {
            if (!completed || !ReferenceEquals(seen, current))
                await seen.Replaced.Task.WaitAsync(cancelled).ConfigureAwait(false);
            var newest = current;
            if (ReferenceEquals(newest, seen))
                yield break;
            seen = newest;
            yield return seen.Value;
        }
    }

    private sealed class Node(T value)
    {
        public readonly T Value = value;
        public readonly TaskCompletionSource Replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
