namespace MLOps.Cloud.Values;

/// <summary>Asks about several things at once, but not about all.</summary>
internal static class Several
{
    private const int AtOnce = 6;

    /// <summary>What <paramref name="read"/> says about each item, in the items' order. The first exception ends it.</summary>
    public static async Task<IReadOnlyList<TResult>> ReadAsync<T, TResult>(
        IReadOnlyCollection<T> items, Func<T, CancellationToken, Task<TResult>> read, CancellationToken cancelled)
    {
        var results = new TResult[items.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancelled };
        await Parallel.ForEachAsync(items.Select((item, i) => (item, i)), options, async (p, token) => results[p.i] = await read(p.item, token));
        return results;
    }
}
