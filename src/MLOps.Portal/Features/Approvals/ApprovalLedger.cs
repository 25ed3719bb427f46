using MLOps.Cloud.Approvals;
using MLOps.Ledger;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Approvals;

/// <summary>A decision as the ledger keeps it: votes, the answer, and what became of it.</summary>
internal sealed class ApprovalLedger(ILedger ledger, IApprovalCommands approvals, DecisionStore decisions) : IReconciler
{
    private const string Pipeline = "pipeline";
    private const string Stage = "stage";
    private const string Action = "action";
    private const string Execution = "execution";
    private const string Summary = "summary";

    public IReadOnlyCollection<string> Kinds { get; } = [LedgerKind.Approve, LedgerKind.Reject, LedgerKind.Override];

    /// <summary>What a decision is in the ledger.</summary>
    /// <param name="gate">The rules under which it is made, and how they came out.</param>
    /// <param name="summary">What the cloud is told: by it the answer is known again.</param>
    public static Deed Deed(string kind, SignOffPlace place, PendingApproval pending, GatheredEvidence evidence, GateStanding gate, string why, string summary) =>
        new Deed($"{kind} {place.Pipeline}/{place.Stage}/{place.Action} of execution {place.ExecutionId}")
        {
            Connection = place.Connection,
            Why = why,
            Evidence = evidence.Digest,
            Claim = Claim(place, pending),
            Details = new Dictionary<string, string>
            {
                [Pipeline] = place.Pipeline, [Stage] = place.Stage, [Action] = place.Action, [Execution] = place.ExecutionId, [Summary] = summary,
            },
        }.With(GateRecord.Of(gate));

    /// <summary>Who voted for this very evidence, each person once under the same rules, oldest first. Whose votes count is for <see cref="Voters"/>.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> VotesAsync(SignOffPlace place, PendingApproval pending, string digest, CancellationToken cancelled) =>
        [.. (await ledger.ByClaimAsync(Claim(place, pending), cancelled)).Where(e => e.Kind == LedgerKind.Vote && e.Evidence == digest).DistinctBy(e => (e.Subject, e.Details.GetValueOrDefault(GateRecord.Digest)))];

    /// <summary>What the cloud's word means for the intent to answer it with that summary.</summary>
    public static Finding Judge(ApprovalOutcome outcome, bool approved, string summary) => outcome switch
    {
        ApprovalOutcome.Done => Finding.Happened(),
        // The SDK may have asked twice, and have been told of its own first answer. The summary names the person and is known again.
        ApprovalOutcome.AlreadyAnswered answered when answered.Approved == approved && ApprovalSummary.IsOf(answered.Summary, summary) => Finding.Happened($"Answered by {answered.By}"),
        ApprovalOutcome.AlreadyAnswered answered => Finding.Refused($"{(answered.Approved ? "Approved" : "Rejected")} before by {answered.By}: {answered.Summary}"),
        _ => Finding.Refused(outcome.GetType().Name),
    };

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (PlaceOf(intent) is not { } place)
            return null;
        var standing = await approvals.FindAsync(place.Connection, place.Pipeline, place.Stage, place.Action, place.ExecutionId, cancelled);
        if (standing.Outcome is ApprovalOutcome.NotFound gone)
            return Finding.Unclear($"There is no {gone.What} any more.");
        var finding = standing.Outcome is null ? Finding.Absent("The approval still waits.") : Judge(standing.Outcome, intent.Kind != LedgerKind.Reject, intent.Details[Summary]);
        return finding.Result == EntryResult.Happened ? finding : Finding.Absent(finding.Note);
    }

    public Task SettledAsync(LedgerEntry intent, Finding finding, CancellationToken cancelled) =>
        PlaceOf(intent) is { } place ? decisions.SettleAsync(place, intent.Subject, finding.Result == EntryResult.Happened ? DecisionStore.Done : finding.Result, cancelled) : Task.CompletedTask;

    private static string Claim(SignOffPlace place, PendingApproval pending) =>
        Claims.Approval(place.Connection, place.Pipeline, place.Stage, place.Action, place.ExecutionId, pending.TokenDigest);

    private static SignOffPlace? PlaceOf(LedgerEntry intent) =>
        intent.Details.TryGetValue(Pipeline, out var pipeline) && intent.Details.TryGetValue(Stage, out var stage) && intent.Details.TryGetValue(Action, out var action)
        && intent.Details.TryGetValue(Execution, out var execution) && intent.Details.ContainsKey(Summary)
            ? new SignOffPlace(intent.Connection, pipeline, stage, action, execution) : null;
}
