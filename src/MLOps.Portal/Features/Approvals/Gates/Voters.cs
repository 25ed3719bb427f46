using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using MLOps.Ledger;
using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>A vote that does not count, and why: as a sentence that goes on from the person's name.</summary>
public sealed record DroppedVote(LedgerEntry Vote, string Why);

/// <summary>The votes for something, as they count now.</summary>
public sealed record VoteCount(IReadOnlyList<LedgerEntry> Counted, IReadOnlyList<DroppedVote> Dropped)
{
    /// <summary>Whether the person's vote counts.</summary>
    public bool Has(string subject) => Counted.Any(v => v.Subject == subject);

    /// <summary>How many there are and whose, and which do not count: for people.</summary>
    public string Words(int wanted) =>
        $"{Counted.Count} of {wanted} approvals{(Counted.Count > 0 ? $": {string.Join(", ", Counted.Select(v => v.Name))}" : "")}{string.Concat(Dropped.Select(d => $"; {d.Vote.Name} {d.Why}"))}";
}

/// <summary>
/// Says whose votes count. Time goes by between the first vote and the last: rights are taken, accounts closed and rules changed meanwhile,
/// and nobody may count twice by another account.
/// </summary>
internal sealed class Voters(UserManager<PortalUser> users, IUserClaimsPrincipalFactory<PortalUser> principals)
{
    /// <param name="votes">Oldest first, each person once.</param>
    public async Task<VoteCount> CountAsync(Gate gate, Requesters requesters, IEnumerable<LedgerEntry> votes)
    {
        var (counted, dropped) = (new List<LedgerEntry>(), new List<DroppedVote>());
        var mails = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var digest = GateRecord.DigestOf(gate);
        foreach (var vote in votes)
        {
            if (vote.Details.GetValueOrDefault(GateRecord.Digest) != digest)
                dropped.Add(new DroppedVote(vote, "agreed under other rules"));
            else if (await users.FindByIdAsync(vote.Subject) is not { IsDisabled: false } person)
                dropped.Add(new DroppedVote(vote, "has no open account any more"));
            else if (await principals.CreateAsync(person) is var principal && WhyNot(gate, requesters, principal) is { } why)
                dropped.Add(new DroppedVote(vote, why));
            else if (person.Email is { Length: > 0 } mail && !mails.Add(mail))
                dropped.Add(new DroppedVote(vote, "has two accounts with one e-mail address, and counts once"));
            else
                counted.Add(vote);
        }
        return new VoteCount(counted, dropped);
    }

    private static string? WhyNot(Gate gate, Requesters requesters, ClaimsPrincipal person) =>
        !GateCheck.IsApprover(gate, person) ? "may not approve any more" : gate.ExcludeRequester && requesters.Include(person) ? "asked for it" : null;
}
