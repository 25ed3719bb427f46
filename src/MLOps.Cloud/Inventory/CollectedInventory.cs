using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Inventory;

/// <summary>The collectors of one kind, for the service that runs them.</summary>
internal interface IInventoryCollectors
{
    IEnumerable<ICollector> Collectors { get; }
}

/// <summary>The inventory of one kind over all connections.</summary>
internal sealed class CollectedInventory<T>(IReadOnlyDictionary<string, Collector<T>> collectors) : IInventory<T>, IInventoryCollectors
    where T : class
{
    public IEnumerable<ICollector> Collectors => collectors.Values;

    public InventoryState<T> Current(string connection) => Of(connection).Current;

    public InventorySubscription<T> Subscribe(string connection)
    {
        var (state, changes) = Of(connection).State.Subscribe();
        return new InventorySubscription<T>(state, changes);
    }

    public Task RefreshAsync(string connection, string? key = null, CancellationToken cancelled = default) =>
        key is null ? Of(connection).SweepAsync(cancelled) : Of(connection).RefreshAsync(key, cancelled);

    private Collector<T> Of(string connection) =>
        collectors.GetValueOrDefault(connection) ?? throw UnknownConnection.Named(connection);
}

/// <summary>The answer to a connection's name that the configuration does not hold.</summary>
internal static class UnknownConnection
{
    public static CloudException Named(string connection) =>
        new(new CloudFault(CloudFaultKind.NotFound, $"There is no connection named '{connection}'."));
}
