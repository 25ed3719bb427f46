using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Inventory;

/// <summary>
/// What is in a cloud, held in memory by one collector per connection and kind: the number of AWS calls does not depend on
/// the number of people who look. Kinds: <c>PipelineSummary</c>, <c>PendingApproval</c>, <c>TrainingJobSummary</c>,
/// <c>ModelSummary</c>, <c>EndpointSummary</c>.
/// </summary>
public interface IInventory<T>
{
    /// <summary>The last known state. It costs nothing.</summary>
    /// <exception cref="CloudException"><see cref="CloudFaultKind.NotFound"/>: no connection of that name.</exception>
    InventoryState<T> Current(string connection);

    /// <summary>
    /// The state now, and every later state. A reader that is slower than the changes gets the latest state, not a queue.
    /// A state is published when items or the fault changed, not at every sweep. The stream ends by its cancellation
    /// (<c>WithCancellation</c>) or when the portal stops; nothing needs to be disposed.
    /// </summary>
    /// <exception cref="CloudException"><see cref="CloudFaultKind.NotFound"/>: no connection of that name.</exception>
    InventorySubscription<T> Subscribe(string connection);

    /// <summary>Looks again now, for one thing by its key (its name) or for all; ends when the new state is published.</summary>
    Task RefreshAsync(string connection, string? key = null, CancellationToken cancelled = default);
}

/// <summary>A state and the states that come after it; deconstructs.</summary>
public sealed record InventorySubscription<T>(InventoryState<T> State, IAsyncEnumerable<InventoryState<T>> Changes);

/// <summary>What one collector knows.</summary>
/// <param name="Items">The things, newest or most recently changed first as the kind says.</param>
/// <param name="AsOf">When the cloud last answered; null while nothing is known yet.</param>
/// <param name="Fault">Why the cloud could not be asked since then; null while all is well.</param>
public sealed record InventoryState<T>(ValueList<T> Items, DateTimeOffset? AsOf, CloudFault? Fault = null)
{
    /// <summary>The state before the first answer.</summary>
    public static readonly InventoryState<T> Loading = new(ValueList<T>.Empty, null);

    /// <summary>Whether nothing is known yet and nothing went wrong.</summary>
    public bool IsLoading => AsOf is null && Fault is null;

    /// <summary>Whether <see cref="Items"/> is old: it was true at <see cref="AsOf"/>, and the cloud cannot be asked now.</summary>
    public bool IsStale => AsOf is not null && Fault is not null;
}
