using System.Collections.Concurrent;

namespace MLOps.Cloud.Inventory;

/// <summary>
/// Goes through many things a part at a time: a sweep over hundreds looks into some of those that give no reason to, and the next sweep
/// into the next ones. Where there are few, all have their turn at once.
/// </summary>
internal sealed class RollingLook(int atOnce)
{
    private readonly ConcurrentDictionary<string, string> ends = new();

    /// <summary>The names whose turn it is in this sweep of a connection.</summary>
    public IReadOnlySet<string> Next(string connection, IEnumerable<string> names)
    {
        var sorted = names.Order(StringComparer.Ordinal).ToList();
        if (sorted.Count <= atOnce)
            return sorted.ToHashSet(StringComparer.Ordinal);
        var end = ends.GetValueOrDefault(connection, "");
        var start = Math.Max(0, sorted.FindIndex(n => string.CompareOrdinal(n, end) > 0));
        var turn = Enumerable.Range(start, atOnce).Select(i => sorted[i % sorted.Count]).ToList();
        ends[connection] = turn[^1];
        return turn.ToHashSet(StringComparer.Ordinal);
    }
}
