using System.Security.Claims;
using MLOps.Cloud.Approvals;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <inheritdoc/>
internal sealed class AskedPeople(GateBook gates, CandidateEvidence evidence, ApprovalLedger ledger) : IAskedPeople
{
    public async Task<bool> AsksAsync(PendingApproval approval, ClaimsPrincipal person, CancellationToken cancelled = default)
    {
        var gate = gates.For(approval.Pipeline, approval.Action);
        if (!GateCheck.IsApprover(gate, person))
            return false;
        var place = new SignOffPlace(approval.Connection, approval.Pipeline, approval.Stage, approval.Action, approval.ExecutionId);
        var gathered = evidence.Kept(place.Candidate);
        if (gate.ExcludeRequester && gathered.Evidence is { } known && Requesters.Of(known).Include(person))
            return false;
        return gate.Votes == 1 || (await ledger.VotesAsync(place, approval, gathered.Digest, cancelled)).All(v => v.Subject != person.Id());
    }
}
