using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>
/// Counts who agreed to a shift of traffic, out of the ledger: to these shares, of what is there now, by this evidence, since production
/// changed last. A vote from before an earlier promotion says nothing about a second one, though all looks the same again.
/// </summary>
internal sealed class PromotionVotes(ILedger ledger, ChangeStore changes, Voters voters)
{
    /// <summary>What one vote is about; each person votes once about it.</summary>
    public async Task<string> ClaimAsync(PromotionState state, Shares after, CancellationToken cancelled = default)
    {
        var last = await changes.LastDoneAsync(state.Connection, state.Endpoint.Name, cancelled);
        var about = string.Join('\n', state.Seen, after.ToJson(), last.ToString(CultureInfo.InvariantCulture));
        return $"traffic:{state.Connection}/{state.Endpoint.Name}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(about)))}";
    }

    /// <exception cref="LedgerUnavailableException">The ledger cannot be read.</exception>
    public async Task<VoteCount> CountAsync(PromotionState state, Shares after, CancellationToken cancelled = default)
    {
        var votes = (await ledger.ByClaimAsync(await ClaimAsync(state, after, cancelled), cancelled)).Where(e => e.Kind == LedgerKind.Vote && e.Evidence == state.EvidenceDigest);
        return await voters.CountAsync(state.Gate.Gate, state.Gate.Requesters, votes.DistinctBy(e => (e.Subject, e.Details.GetValueOrDefault(GateRecord.Digest))));
    }

    /// <summary>What others asked for and is still to be agreed to, as the page shows it: only what counts.</summary>
    public async Task<IReadOnlyList<TrafficChange>> AskedAsync(PromotionState state, CancellationToken cancelled)
    {
        var asked = new List<TrafficChange>();
        foreach (var same in (await changes.VotesAsync(state.Connection, state.Endpoint.Name, state.Seen, state.EvidenceDigest, cancelled)).GroupBy(v => v.After))
        {
            var count = await CountAsync(state, Shares.Read(same.Key), cancelled);
            asked.AddRange(same.Where(v => count.Has(v.UserId)));
        }
        return asked;
    }
}
