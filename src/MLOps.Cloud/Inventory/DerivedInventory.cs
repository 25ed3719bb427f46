using System.Runtime.CompilerServices;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Inventory;

/// <summary>An inventory that shows a part of another one, without a call of its own.</summary>
internal sealed class DerivedInventory<TSource, T>(IInventory<TSource> source, Func<ValueList<TSource>, IEnumerable<T>> select) : IInventory<T>
{
    public InventoryState<T> Current(string connection) => Derive(source.Current(connection));

    public InventorySubscription<T> Subscribe(string connection)
    {
        var (state, changes) = source.Subscribe(connection);
        var derived = Derive(state);
        return new InventorySubscription<T>(derived, Changes(derived, changes));
    }

    public Task RefreshAsync(string connection, string? key = null, CancellationToken cancelled = default) =>
        source.RefreshAsync(connection, key, cancelled);

    private InventoryState<T> Derive(InventoryState<TSource> state) => new(select(state.Items).ToValueList(), state.AsOf, state.Fault);

    private async IAsyncEnumerable<InventoryState<T>> Changes(
        InventoryState<T> last, IAsyncEnumerable<InventoryState<TSource>> changes, [EnumeratorCancellation] CancellationToken cancelled = default)
    {
        await foreach (var change in changes.WithCancellation(cancelled))
        {
            var state = Derive(change);
            if (state.Items.Equals(last.Items) && Equals(state.Fault, last.Fault) && state.IsLoading == last.IsLoading)
                continue;
            last = state;
            yield return state;
        }
    }
}
