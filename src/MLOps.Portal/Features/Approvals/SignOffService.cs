using System.Security.Claims;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Faults;
using MLOps.Ledger;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Approvals;

/// <summary>
/// Takes a decision: reads the state again, refuses when it is not what the person looked at, writes the decision down,
/// tells the cloud, and writes down what the cloud said. The gate's rules are held to here, whatever the page offered.
/// </summary>
internal sealed partial class SignOffService(
    CandidateEvidence evidence, GateCheck gates, Voters voters, IApprovalCommands approvals, DecisionStore decisions, ApprovalLedger ledger, Recorder recorder, IFaultPoints faults,
    ILogger<SignOffService> logger)
{
    public async Task<SignOffResult> DecideAsync(ClaimsPrincipal person, SignOffPlace place, SignOffForm form, CancellationToken cancelled)
    {
        if (!gates.MayDecide(place.Pipeline, place.Action, person))
        {
            Log.NotAllowed(logger, person.Identity?.Name ?? "", place.Pipeline, place.ExecutionId);
            return new SignOffResult.Refused([$"This gate is for {gates.Of(place.Pipeline, place.Action).Approvers}."], IsPersonal: true);
        }
        var comment = Typed.Clean(form.Comment);
        if (form.Decision is not (SignOffForm.Approve or SignOffForm.Reject))
            return new SignOffResult.Incomplete("The form did not say whether to approve or to reject.");
        var approve = form.Decision == SignOffForm.Approve;
        if (!approve && comment.Length == 0)
            return new SignOffResult.Incomplete("A rejection needs a comment: it is what the data scientist learns from.");
        if (comment.Length > SignOffForm.MaxComment)
            return new SignOffResult.Incomplete($"The comment has {comment.Length} characters; at most {SignOffForm.MaxComment} fit.");

        GatheredEvidence now;
        ApprovalStanding standing;
        List<string> changes;
        try
        {
            standing = await StandingAsync(place, cancelled);
            if (standing.Pending is null)
                return new SignOffResult.Settled();
            now = await evidence.ReadNowAsync(place.Candidate, cancelled);
            changes = Changes(form, now, standing.Pending, approve);
            // What moved may follow from a colleague's decision of this very moment: then who decided is the news, not what it changed.
            if (changes.Count > 0 && (await StandingAsync(place, cancelled)).Pending is null)
                return new SignOffResult.Settled();
        }
        catch (CloudException refused)
        {
            return new SignOffResult.Unanswered(refused.Fault, WasTold: false);
        }
        if (changes.Count > 0)
        {
            Log.Changed(logger, person.Identity?.Name, place.Pipeline, place.ExecutionId);
            return new SignOffResult.Changed(changes);
        }
        if (!await gates.HoldsAsync(person))
        {
            Log.NotAllowed(logger, person.Identity?.Name ?? "", place.Pipeline, place.ExecutionId);
            return new SignOffResult.Refused([GateCheck.NotHeld], IsPersonal: true);
        }
        var gate = await gates.CheckAsync(place.Pipeline, place.Action, now, person);
        if (Refusal(gate, form, approve) is { } refusal)
        {
            Log.Refused(logger, person.Identity?.Name, place.Pipeline, place.ExecutionId, string.Join(" ", refusal.Why));
            return refusal;
        }
        var kind = !approve ? LedgerKind.Reject : gate.Blocks.Count > 0 ? LedgerKind.Override : LedgerKind.Approve;
        if (kind == LedgerKind.Override)
            comment = $"Override ({string.Join("; ", gate.Blocks)}): {Typed.Clean(form.OverrideReason)}{(comment.Length > 0 ? $". {comment}" : "")}";
        var deed = ApprovalLedger.Deed(kind, place, standing.Pending, now, gate, comment, ApprovalSummary.Of(person, comment));
        try
        {
            if (approve && gate.Gate.Votes > 1 && await VoteAsync(person, place, standing.Pending, now, gate, deed) is { } waits)
                return waits;
            return await AnswerAsync(person, place, approve, deed, now, standing.Pending);
        }
        catch (ClaimedException taken)
        {
            return new SignOffResult.Taken(taken.Holder.Name, taken.Holder.Kind, taken.Holder.At);
        }
        catch (LedgerUnavailableException missing)
        {
            Log.Unrecorded(logger, person.Identity?.Name, place.Pipeline, place.ExecutionId, missing.InnerException?.Message ?? missing.Message);
            return new SignOffResult.Unrecorded(missing.Message);
        }
    }

    private Task<ApprovalStanding> StandingAsync(SignOffPlace place, CancellationToken cancelled) =>
        approvals.FindAsync(place.Connection, place.Pipeline, place.Stage, place.Action, place.ExecutionId, cancelled);

    /// <summary>Adds the person's vote; null where it is the last one that the gate asks for, so that the cloud is to be told.</summary>
    private async Task<SignOffResult?> VoteAsync(ClaimsPrincipal person, SignOffPlace place, PendingApproval pending, GatheredEvidence now, GateStanding gate, Deed deed)
    {
        var wanted = gate.Gate.Votes;
        var votes = await CountAsync(place, pending, now, gate);
        if (votes.Dropped.FirstOrDefault(d => d.Vote.Subject == person.Id() && d.Vote.Details.GetValueOrDefault(GateRecord.Digest) == GateRecord.DigestOf(gate.Gate)) is { } dropped)
            return new SignOffResult.Refused([$"You approved this already, and it does not count: {dropped.Vote.Name} {dropped.Why}."], IsPersonal: true);
        if (votes.Has(person.Id()) && votes.Counted.Count < wanted)
            return new SignOffResult.Refused([$"You approved this already. {wanted} different people must; {votes.Counted.Count} have."], IsPersonal: true);
        if (!votes.Has(person.Id()))
        {
            faults.Reach(FaultPoint.BeforeVote);
            await recorder.NoteAsync(person, deed with { Kind = LedgerKind.Vote });
            faults.Reach(FaultPoint.AfterVote);
            // Counted anew: somebody may have voted at the same time, and one of the two must go on.
            votes = await CountAsync(place, pending, now, gate);
            Log.Decided(logger, person.Identity?.Name, "voted for", place.Pipeline, place.ExecutionId, votes.Words(wanted));
        }
        return votes.Counted.Count < wanted ? new SignOffResult.Settled() : null;
    }

    private async Task<VoteCount> CountAsync(SignOffPlace place, PendingApproval pending, GatheredEvidence now, GateStanding gate) =>
        await voters.CountAsync(gate.Gate, gate.Requesters, await ledger.VotesAsync(place, pending, now.Digest, CancellationToken.None));

    /// <summary>Why the gate does not take this decision of this person; null where it does.</summary>
    private static SignOffResult.Refused? Refusal(GateStanding gate, SignOffForm form, bool approve)
    {
        if (!approve)
            return null;
        if (gate.Person.IsRequester)
            return new SignOffResult.Refused([gate.Person.WhyNot(gate.Gate)], IsPersonal: true);
        if (gate.Person.NeedsProof)
            return new SignOffResult.Refused([gate.Person.Proof], IsPersonal: true, Proof: gate.Gate);
        if (gate.Blocks.Count == 0)
            return null;
        if (!gate.Person.MayOverride || string.IsNullOrEmpty(form.Override))
            return new SignOffResult.Refused(gate.Blocks, IsPersonal: false);
        return Typed.Clean(form.OverrideReason).Length is >= SignOffForm.LeastReason and <= SignOffForm.MaxComment ? null
            : new SignOffResult.Refused([$"An override needs a reason of {SignOffForm.LeastReason} to {SignOffForm.MaxComment} characters: it is kept for those who ask later."], IsPersonal: false);
    }

    // From here on a browser that goes away changes nothing: what was begun is brought to its end.
    private async Task<SignOffResult> AnswerAsync(ClaimsPrincipal person, SignOffPlace place, bool approve, Deed deed, GatheredEvidence now, PendingApproval pending)
    {
        var summary = ApprovalSummary.Of(person, deed.Why);
        try
        {
            var outcome = await recorder.RunAsync(person, deed, async () =>
            {
                var id = await decisions.BeginAsync(person, place, approve, deed.Why, now, CancellationToken.None);
                var answer = new ApprovalAnswer(place.Pipeline, place.Stage, place.Action, place.ExecutionId, approve, summary) { TokenDigest = pending.TokenDigest };
                faults.Reach(FaultPoint.BeforeCall);
                var said = await approvals.AnswerAsync(place.Connection, answer, CancellationToken.None);
                faults.Reach(FaultPoint.AfterCall);
                await decisions.CompleteAsync(id, ApprovalLedger.Judge(said, approve, summary).Result == EntryResult.Happened ? DecisionStore.Done : said.GetType().Name, CancellationToken.None);
                return said;
            }, said => ApprovalLedger.Judge(said, approve, summary));
            Log.Decided(logger, person.Identity?.Name, approve ? "approved" : "rejected", place.Pipeline, place.ExecutionId, outcome.GetType().Name);
            return new SignOffResult.Settled();
        }
        catch (CloudException lost)
        {
            Log.Lost(logger, person.Identity?.Name, place.Pipeline, place.ExecutionId, lost.Fault.Message);
            return new SignOffResult.Unanswered(lost.Fault, WasTold: true);
        }
    }

    private static List<string> Changes(SignOffForm form, GatheredEvidence now, PendingApproval pending, bool approve)
    {
        var changes = new List<string>();
        if (form.Token != pending.TokenDigest)
            changes.Add("The approval was asked anew since you opened the page.");
        if (form.Digest != now.Digest)
        {
            var differences = (JsonDifference.Between(form.Evidence ?? "", now.Canonical) ?? []).Where(d => now.IsComplete || !EvidenceSeal.IsMeasured(d.Path)).ToList();
            changes.AddRange(differences.Select(d => $"{d.Path}: {d.Before ?? "not there"} became {d.After ?? "nothing"}"));
            if (!now.IsComplete)
                changes.Add("What was measured is measured anew.");
            else if (differences.Count == 0)
                changes.Add("The evidence is another one now.");
        }
        if (approve && pending.NewerExecutionId.Length > 0)
            changes.Add($"A newer candidate waits behind this one: execution {pending.NewerExecutionId}. Reject this one, or let the newer one overtake it.");
        return changes;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{User} {Decision} {Pipeline}, execution {Execution}: {Outcome}")]
        public static partial void Decided(ILogger logger, string? user, string decision, string pipeline, string execution, string outcome);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The decision of {User} about {Pipeline}, execution {Execution}, was refused: the evidence changed")]
        public static partial void Changed(ILogger logger, string? user, string pipeline, string execution);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Refused: {User} may not decide about {Pipeline}, execution {Execution}")]
        public static partial void NotAllowed(ILogger logger, string user, string pipeline, string execution);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The gate refused the decision of {User} about {Pipeline}, execution {Execution}: {Why}")]
        public static partial void Refused(ILogger logger, string? user, string pipeline, string execution, string why);

        [LoggerMessage(Level = LogLevel.Error, Message = "The decision of {User} about {Pipeline}, execution {Execution}, was not taken, because the ledger cannot be written: {Reason}")]
        public static partial void Unrecorded(ILogger logger, string? user, string pipeline, string execution, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Whether the decision of {User} about {Pipeline}, execution {Execution}, counted is not known: {Reason}")]
        public static partial void Lost(ILogger logger, string? user, string pipeline, string execution, string reason);
    }
}
