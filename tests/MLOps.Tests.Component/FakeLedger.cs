using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component;

/// <summary>A ledger in memory, which can be made to fail.</summary>
public sealed class FakeLedger : ILedger
{
    private readonly Lock gate = new();

    public List<LedgerEntry> Entries { get; } = [];

    /// <summary>Whether it refuses to be written.</summary>
    public bool IsDown { get; set; }

    public Task<LedgerEntry> AppendAsync(LedgerEntry entry, CancellationToken cancelled = default)
    {
        lock (gate)
        {
            if (IsDown)
                throw new LedgerUnavailableException("its disk is full.");
            if (entry.Claim.Length > 0 && Claims.Against(entry, [.. Entries.Where(e => e.Claim == entry.Claim)]) is { } holder)
                throw new ClaimedException(holder);
            Entries.Add(Chain.Append(Entries.LastOrDefault(), entry with { At = FakeCloud.Now, Instance = "test" }));
            return Task.FromResult(Entries[^1]);
        }
    }

    public Task<IReadOnlyList<LedgerEntry>> ByClaimAsync(string claim, CancellationToken cancelled = default)
    {
        lock (gate)
            return Task.FromResult<IReadOnlyList<LedgerEntry>>([.. Entries.Where(e => e.Claim == claim)]);
    }
}
