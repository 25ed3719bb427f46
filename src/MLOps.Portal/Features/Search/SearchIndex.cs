namespace MLOps.Portal.Features.Search;

/// <summary>
/// Finds things by their titles. The beginnings of all words stand in one sorted list, so that what begins with a term is found by
/// halving; only where that brings too little are the titles looked through. What changes is put in and taken out by itself.
/// </summary>
public sealed class SearchIndex
{
    // So many new things at once are sorted together rather than put in one by one.
    private const int Bulk = 64;

    // Letters of a term that is looked for inside words: a single one is inside nearly everything.
    private const int LeastInside = 2;

    // Names have at most 63 letters, ids fewer.
    private const int MostLetters = 120;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Connection, FoundKind Kind), Dictionary<string, Slot>> groups = [];
    private readonly List<Start> starts = [];
    private int lastId;

    /// <summary>How many things can be found.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return groups.Values.Sum(g => g.Count);
        }
    }

    /// <summary>Makes these the things of their kind in a connection; what is there no more is forgotten.</summary>
    public void Put(string connection, FoundKind kind, IReadOnlyCollection<SearchEntry> entries)
    {
        lock (gate)
        {
            if (!groups.TryGetValue((connection, kind), out var group))
                groups[(connection, kind)] = group = new(StringComparer.Ordinal);
            var added = new List<Slot>();
            var kept = new HashSet<string>(entries.Count, StringComparer.Ordinal);
            foreach (var entry in entries)
            {
                kept.Add(entry.Key);
                if (group.TryGetValue(entry.Key, out var known) && known.Entry.Title == entry.Title)
                {
                    known.Entry = entry;
                    continue;
                }
                if (known is not null)
                    Remove([known]);
                added.Add(group[entry.Key] = new Slot(++lastId, entry));
            }
            var gone = group.Count > kept.Count ? group.Where(g => !kept.Contains(g.Key)).Select(g => g.Value).ToList() : [];
            foreach (var slot in gone)
                group.Remove(slot.Entry.Key);
            Remove(gone);
            Add(added);
        }
    }

    /// <summary>The best that fits all words of a query; what fits equally well by time, the newest first. Nothing for an empty query.</summary>
    public IReadOnlyList<Found> Find(string query, int most, Func<SearchEntry, bool>? wanted = null)
    {
        var terms = (query.Length > MostLetters ? query[..MostLetters] : query).ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (terms.Length == 0)
            return [];
        // The longest term leaves the fewest to look at.
        var lead = terms.MaxBy(t => t.Length)!;
        var others = terms.Where(t => !ReferenceEquals(t, lead)).ToList();
        lock (gate)
        {
            var fits = new Dictionary<Slot, Fit>();
            for (var i = LowerBound(lead); i < starts.Count && Text(starts[i]).StartsWith(lead, StringComparison.Ordinal); i++)
            {
                var (slot, offset) = starts[i];
                Offer(fits, slot, offset > 0 ? Fit.Word : slot.Text.Lower.Length == lead.Length ? Fit.Exact : Fit.Prefix, others, wanted);
            }
            if (fits.Count < most && lead.Length >= LeastInside)
            {
                foreach (var slot in groups.Values.SelectMany(g => g.Values))
                {
                    if (!fits.ContainsKey(slot) && slot.Text.FitOf(lead) is { } fit)
                        Offer(fits, slot, fit, others, wanted);
                }
            }
            return [.. fits.Select(f => new Found(f.Key.Entry, f.Value)).Order(Ranking).Take(most)];
        }
    }

    /// <summary>What changed last, the newest first.</summary>
    public IReadOnlyList<SearchEntry> Newest(int most, Func<SearchEntry, bool>? wanted = null)
    {
        lock (gate)
            return [.. groups.Values.SelectMany(g => g.Values).Select(s => s.Entry).Where(e => e.At is not null && wanted?.Invoke(e) != false).OrderByDescending(e => e.At).Take(most)];
    }

    private static readonly Comparer<Found> Ranking = Comparer<Found>.Create((x, y) =>
    {
        var order = x.Fit.CompareTo(y.Fit);
        // The portal's own pages come first, then things, then what can be done to them; among things the newest.
        if (order == 0)
            order = Group(x.Entry).CompareTo(Group(y.Entry));
        if (order == 0)
            order = Nullable.Compare(y.Entry.At, x.Entry.At);
        if (order == 0)
            order = x.Entry.Kind.CompareTo(y.Entry.Kind);
        return order != 0 ? order : string.CompareOrdinal(x.Entry.Title, y.Entry.Title);
    });

    private static int Group(SearchEntry entry) => entry.Connection.Length == 0 ? 0 : entry.Kind == FoundKind.Action ? 2 : 1;

    private static void Offer(Dictionary<Slot, Fit> fits, Slot slot, Fit fit, List<string> others, Func<SearchEntry, bool>? wanted)
    {
        if (fits.TryGetValue(slot, out var known) && known <= fit || wanted?.Invoke(slot.Entry) == false)
            return;
        foreach (var other in others)
        {
            if (slot.Text.FitOf(other) is not { } also)
                return;
            fit = also > fit ? also : fit;
        }
        fits[slot] = fit;
    }

    private void Add(List<Slot> added)
    {
        var found = added.SelectMany(s => s.Text.Starts.Select(offset => new Start(s, offset)));
        if (added.Count > Bulk)
        {
            starts.AddRange(found);
            starts.Sort(Order);
            return;
        }
        foreach (var start in found)
        {
            var at = starts.BinarySearch(start, Order);
            starts.Insert(at < 0 ? ~at : at, start);
        }
    }

    private void Remove(IReadOnlyCollection<Slot> gone)
    {
        if (gone.Count > Bulk)
        {
            var all = gone.ToHashSet();
            starts.RemoveAll(s => all.Contains(s.Slot));
            return;
        }
        foreach (var slot in gone)
        {
            foreach (var offset in slot.Text.Starts)
            {
                if (starts.BinarySearch(new Start(slot, offset), Order) is >= 0 and var at)
                    starts.RemoveAt(at);
            }
        }
    }

    /// <summary>Where the first word stands that is not before a term.</summary>
    private int LowerBound(string term)
    {
        var (low, high) = (0, starts.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Text(starts[middle]).SequenceCompareTo(term) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static ReadOnlySpan<char> Text(Start start) => start.Slot.Text.Lower.AsSpan(start.Offset);

    private static readonly Comparer<Start> Order = Comparer<Start>.Create((x, y) =>
    {
        var order = Text(x).SequenceCompareTo(Text(y));
        if (order == 0)
            order = x.Slot.Id.CompareTo(y.Slot.Id);
        return order != 0 ? order : x.Offset.CompareTo(y.Offset);
    });

    private readonly record struct Start(Slot Slot, int Offset);

    /// <summary>A thing in the index: its title stays, the rest is exchanged.</summary>
    private sealed class Slot(int id, SearchEntry entry)
    {
        public int Id => id;

        public SearchEntry Entry { get; set; } = entry;

        public SearchText Text { get; } = new(entry.Title);
    }
}
