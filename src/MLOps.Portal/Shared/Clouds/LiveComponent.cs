using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Inventory;

namespace MLOps.Portal.Shared.Clouds;

/// <summary>
/// A component that shows the live inventory: it has the last known state at once, and renders at most a few times a
/// second however fast the cloud changes.
/// </summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    /// <summary>The shortest time between two renders that the inventory causes.</summary>
    protected static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(150);

    private readonly CancellationTokenSource leaving = new();

    protected LiveComponent() => Gone = leaving.Token;

    [Inject] protected Places Places { get; set; } = default!;

    [Inject] protected TimeProvider Time { get; set; } = default!;

    /// <summary>Is cancelled when the component is taken off the page.</summary>
    protected CancellationToken Gone { get; }

    /// <summary>Whether the component is on the page still: who has gone on while something was done is not taken elsewhere.</summary>
    protected bool IsHere => !Gone.IsCancellationRequested;

    protected DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Hands every state of an inventory to <paramref name="apply"/>, the first one before this returns.</summary>
    protected void Follow<T>(IInventory<T> inventory, Action<InventoryState<T>> apply)
    {
        if (!RendererInfo.IsInteractive)
        {
            apply(inventory.Current(Places.Connection));
            return;
        }
        var subscription = inventory.Subscribe(Places.Connection);
        apply(subscription.State);
        Pump(subscription.Changes, state => apply(state));
    }

    /// <summary>Hands every later state of a stream to <paramref name="apply"/> on the renderer's thread, then renders.</summary>
    protected async void Pump<T>(IAsyncEnumerable<T> changes, Action<T> apply)
    {
        try
        {
            await foreach (var state in changes.WithCancellation(Gone))
            {
                await InvokeAsync(() =>
                {
                    apply(state);
                    StateHasChanged();
                });
                // Whoever is slower than the changes gets the latest state next: a pause is all that batching takes.
                await Task.Delay(Batch, Time, Gone);
            }
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            await DispatchExceptionAsync(fault);
        }
    }

    /// <summary>Starts work that nobody waits for, on the renderer's thread; a fault reaches the page's error boundary.</summary>
    protected async void Start(Func<Task> work)
    {
        try
        {
            await InvokeAsync(work);
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            await DispatchExceptionAsync(fault);
        }
    }

    public virtual void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
        GC.SuppressFinalize(this);
    }
}
