using MLOps.Ledger;

namespace MLOps.Portal.Shared.Ledger;

/// <summary>The audit ledger: who did what, when, why and by which evidence. It only ever grows.</summary>
public interface ILedger
{
    /// <summary>
    /// Writes an entry behind the last one. It is committed when this returns. Number, time, hashes and <see cref="LedgerEntry.Instance"/>
    /// are filled in. Writers, also those of other instances of the portal, wait for each other.
    /// </summary>
    /// <exception cref="ClaimedException">It is an intent, and somebody else holds its claim; or a fact that is to be written once, and is there.</exception>
    /// <exception cref="LedgerUnavailableException">It could not be written.</exception>
    Task<LedgerEntry> AppendAsync(LedgerEntry entry, CancellationToken cancelled = default);

    /// <summary>The entries of a claim, oldest first.</summary>
    /// <exception cref="LedgerUnavailableException">It could not be read.</exception>
    Task<IReadOnlyList<LedgerEntry>> ByClaimAsync(string claim, CancellationToken cancelled = default);
}

/// <summary>The ledger cannot be used: nothing that it must record may happen.</summary>
public sealed class LedgerUnavailableException(string why, Exception? inner = null)
    : Exception($"The audit ledger cannot be written, so nothing was done: {why} Approvals and commands wait until it can.", inner);

/// <summary>Somebody was quicker: <see cref="Holder"/> is what they wrote.</summary>
public sealed class ClaimedException(LedgerEntry holder) : Exception($"{holder.Name} is at it, or has done it: {holder.Kind} {holder.Object}.")
{
    public LedgerEntry Holder { get; } = holder;
}
