using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Inventory;

/// <summary>Reads the things of one kind out of a cloud, for a collector.</summary>
internal interface IInventorySource<T>
{
    /// <summary>Names the kind in logs.</summary>
    string Kind { get; }

    /// <summary>The name by which a thing is refreshed; unique within a connection.</summary>
    string Key(T item);

    /// <summary>The order of the list.</summary>
    IComparer<T> Order { get; }

    /// <summary>Reads all. <paramref name="known"/> is the last state: what cannot have changed since need not be read again.</summary>
    /// <exception cref="CloudException">The cloud refuses or cannot be reached.</exception>
    Task<IReadOnlyList<T>> ReadAllAsync(string connection, ValueList<T> known, CancellationToken cancelled);

    /// <summary>Reads one; null where it is gone.</summary>
    /// <exception cref="CloudException">The cloud refuses or cannot be reached.</exception>
    Task<T?> ReadAsync(string connection, string key, CancellationToken cancelled);
}

/// <summary>A source whose cloud can be asked for what changed since the last look.</summary>
internal interface IIncrementalSource<T> : IInventorySource<T>
{
    /// <summary>
    /// The whole list, of which only what changed was read. What vanished without a change, and what AWS did not mark as changed, is found by
    /// the next sweep over everything. <paramref name="known"/> is not empty.
    /// </summary>
    /// <exception cref="CloudException">The cloud refuses or cannot be reached.</exception>
    Task<IReadOnlyList<T>> ReadChangedAsync(string connection, ValueList<T> known, CancellationToken cancelled);
}
