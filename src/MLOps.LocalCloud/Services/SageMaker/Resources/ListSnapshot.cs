using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Services.SageMaker.Resources;

/// <summary>What a list operation needs of one resource; <paramref name="Sequence"/> grows with the order of creation, times are seconds since 1970.</summary>
internal sealed record ListEntry(string Name, long Sequence, double Created, double Modified, string Status, JsonObject Summary);

/// <summary>
/// The entries of one account and region at one moment, in each order that a list may ask for. Orders other than that of
/// creation are made when first asked for and kept until the next change.
/// </summary>
internal sealed class ListSnapshot(ListEntry[] byCreation)
{
    public static ListSnapshot Empty { get; } = new([]);

    private ListEntry[]? byName;
    private ListEntry[]? byStatus;

    /// <summary>The entries in ascending order of <c>CreationTime</c>, <c>Name</c> or <c>Status</c>; ties by age.</summary>
    public ListEntry[] By(string sortBy) => sortBy switch
    {
        "Name" => byName ??= Sorted(sortBy),
        "Status" => byStatus ??= Sorted(sortBy),
        _ => byCreation,
    };

    /// <summary>The order of two entries in <see cref="By"/>.</summary>
    public static int Compare(string sortBy, ListEntry a, ListEntry b)
    {
        var order = sortBy switch
        {
            "Name" => string.CompareOrdinal(a.Name, b.Name),
            "Status" => string.CompareOrdinal(a.Status, b.Status),
            _ => 0,
        };
        return order != 0 ? order : a.Sequence.CompareTo(b.Sequence);
    }

    /// <summary>With an entry added, or put in the place of the one with its sequence.</summary>
    public ListSnapshot With(ListEntry entry)
    {
        var index = Index(entry.Sequence);
        if (index < 0)
            return new([.. byCreation[..~index], entry, .. byCreation[~index..]]);
        var changed = (ListEntry[])byCreation.Clone();
        changed[index] = entry;
        return new(changed);
    }

    public ListSnapshot Without(string name) => new([.. byCreation.Where(e => e.Name != name)]);

    private int Index(long sequence)
    {
        int low = 0, high = byCreation.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (byCreation[middle].Sequence == sequence)
                return middle;
            if (byCreation[middle].Sequence < sequence)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }

    private ListEntry[] Sorted(string sortBy)
    {
        var sorted = (ListEntry[])byCreation.Clone();
        Array.Sort(sorted, (a, b) => Compare(sortBy, a, b));
        return sorted;
    }
}
