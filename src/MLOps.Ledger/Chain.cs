namespace MLOps.Ledger;

/// <summary>How entries follow each other: each holds the hash of the one before.</summary>
public static class Chain
{
    /// <summary>What the first entry has in place of the hash of one before.</summary>
    public const string Start = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Puts an entry behind the last one: gives it its number, the hash before, and its own.</summary>
    /// <param name="last">The last entry; null where it is the first.</param>
    public static LedgerEntry Append(LedgerEntry? last, LedgerEntry entry)
    {
        var placed = entry with { Sequence = (last?.Sequence ?? 0) + 1, PreviousHash = last?.Hash ?? Start };
        return placed with { Hash = EntryForm.HashOf(placed) };
    }
}

/// <summary>Where a chain is broken first.</summary>
/// <param name="Sequence">The number of the entry that should stand there.</param>
/// <param name="What">In a sentence.</param>
public sealed record ChainFault(long Sequence, string What);

/// <summary>Follows a chain, entry by entry, and names the first that does not fit.</summary>
/// <param name="verified">How many entries are known to be good already.</param>
/// <param name="head">The hash of the last of them.</param>
public sealed class ChainCheck(long verified = 0, string head = Chain.Start)
{
    /// <summary>The number of the last entry that fits.</summary>
    public long Verified { get; private set; } = verified;

    /// <summary>Its hash.</summary>
    public string Head { get; private set; } = head;

    /// <summary>Takes the next entry; says what is wrong with it, and then is at its end.</summary>
    public ChainFault? Take(LedgerEntry entry)
    {
        var expected = Verified + 1;
        if (entry.Sequence > expected)
            return new ChainFault(expected, entry.Sequence == expected + 1 ? $"Entry {expected} is missing: entry {entry.Sequence} stands in its place." : $"Entries {expected} to {entry.Sequence - 1} are missing: entry {entry.Sequence} stands in their place.");
        if (entry.Sequence < expected)
            return new ChainFault(expected, $"Entry {entry.Sequence} stands where entry {expected} should.");
        if (entry.Version != LedgerEntry.CurrentVersion)
            return new ChainFault(expected, $"Entry {expected} has a form of version {entry.Version}, which is not known here.");
        if (EntryForm.HashOf(entry) != entry.Hash)
            return new ChainFault(expected, $"Entry {expected} was changed: its hash is not the one of what it says.");
        if (entry.PreviousHash != Head)
            return new ChainFault(expected, $"Entry {expected} does not continue entry {expected - 1}: it was written behind another one.");
        (Verified, Head) = (expected, entry.Hash);
        return null;
    }
}
