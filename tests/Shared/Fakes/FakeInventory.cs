using System.Runtime.CompilerServices;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Fakes;

/// <summary>An inventory whose states a test sets by hand.</summary>
public sealed class FakeInventory<T>(DateTimeOffset now) : IInventory<T>
{
    private readonly Lock gate = new();
    private InventoryState<T> state = InventoryState<T>.Loading;
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How often somebody asked to look again.</summary>
    public int Refreshes { get; private set; }

    /// <summary>How many readers there are.</summary>
    public int Readers { get; private set; }

    public void Set(params T[] items) => Publish(new(items.ToValueList(), now));

    public void Fail(CloudFault fault) => Publish(state with { Fault = fault });

    public void Publish(InventoryState<T> published)
    {
        lock (gate)
        {
            state = published;
            var waiting = next;
            next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.SetResult();
        }
    }

    public InventoryState<T> Current(string connection) => state;

    public InventorySubscription<T> Subscribe(string connection)
    {
        lock (gate)
            return new(state, ChangesAsync(state));
    }

    public Task RefreshAsync(string connection, string? key = null, CancellationToken cancelled = default)
    {
        Refreshes++;
        return Task.CompletedTask;
    }

    private async IAsyncEnumerable<InventoryState<T>> ChangesAsync(InventoryState<T> seen, [EnumeratorCancellation] CancellationToken cancelled = default)
    {
        Readers++;
        try
        {
            while (true)
            {
                Task wait;
                InventoryState<T> now;
                lock (gate)
                    (now, wait) = (state, next.Task);
                if (!ReferenceEquals(now, seen))
                {
                    seen = now;
                    yield return now;
                }
                else
                {
                    await wait.WaitAsync(cancelled);
                }
            }
        }
        finally
        {
            Readers--;
        }
    }
}
