using System.Security.Claims;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Approvals;

/// <summary>
/// Takes a decision: reads the state again, refuses when it is not what the person looked at, writes the decision down,
/// tells the cloud, and writes down what the cloud said.
/// </summary>
internal sealed partial class SignOffService(IEvidenceReader evidence, IApprovalCommands approvals, DecisionStore decisions, ILogger<SignOffService> logger)
{
    /// <summary>The most that CodePipeline takes.</summary>
    public const int MaxSummary = 512;

    public async Task<SignOffResult> DecideAsync(ClaimsPrincipal person, SignOffPlace place, SignOffForm form, CancellationToken cancelled)
    {
        var comment = (form.Comment ?? "").Trim();
        if (form.Decision is not (SignOffForm.Approve or SignOffForm.Reject))
            return new SignOffResult.Incomplete("The form did not say whether to approve or to reject.");
        var approve = form.Decision == SignOffForm.Approve;
        if (!approve && comment.Length == 0)
            return new SignOffResult.Incomplete("A rejection needs a comment: it is what the data scientist learns from.");
        if (comment.Length > SignOffForm.MaxComment)
            return new SignOffResult.Incomplete($"The comment has {comment.Length} characters; at most {SignOffForm.MaxComment} fit.");

        SignOffEvidence now;
        ApprovalStanding standing;
        try
        {
            standing = await approvals.FindAsync(place.Connection, place.Pipeline, place.Stage, place.Action, place.ExecutionId, cancelled);
            if (standing.Pending is null)
                return new SignOffResult.Settled();
            now = await evidence.EvidenceAsync(place.Connection, place.Pipeline, place.ExecutionId, cancelled);
        }
        catch (CloudException refused)
        {
            return new SignOffResult.Unanswered(refused.Fault, WasTold: false);
        }
        if (Changes(form, now, standing.Pending, approve) is { Count: > 0 } changes)
        {
            Log.Changed(logger, person.Identity?.Name, place.Pipeline, place.ExecutionId);
            return new SignOffResult.Changed(changes);
        }
        return await AnswerAsync(person, place, approve, comment, now, standing.Pending);
    }

    // From here on a browser that goes away changes nothing: what was begun is brought to its end.
    private async Task<SignOffResult> AnswerAsync(ClaimsPrincipal person, SignOffPlace place, bool approve, string comment, SignOffEvidence now, PendingApproval pending)
    {
        var id = await decisions.BeginAsync(person, place, approve, comment, now, CancellationToken.None);
        try
        {
            var answer = new ApprovalAnswer(place.Pipeline, place.Stage, place.Action, place.ExecutionId, approve, Summary(person, comment)) { TokenDigest = pending.TokenDigest };
            var outcome = await approvals.AnswerAsync(place.Connection, answer, CancellationToken.None);
            await decisions.CompleteAsync(id, outcome.GetType().Name, CancellationToken.None);
            Log.Decided(logger, person.Identity?.Name, approve ? "approved" : "rejected", place.Pipeline, place.ExecutionId, outcome.GetType().Name);
            return new SignOffResult.Settled();
        }
        catch (CloudException lost)
        {
            Log.Lost(logger, person.Identity?.Name, place.Pipeline, place.ExecutionId, lost.Fault.Message);
            return new SignOffResult.Unanswered(lost.Fault, WasTold: true);
        }
    }

    private static List<string> Changes(SignOffForm form, SignOffEvidence now, PendingApproval pending, bool approve)
    {
        var changes = new List<string>();
        if (form.Token != pending.TokenDigest)
            changes.Add("The approval was asked anew since you opened the page.");
        if (form.Digest != now.Digest)
        {
            var differences = JsonDifference.Between(form.Evidence ?? "", now.Canonical);
            if (differences is null or { Count: 0 })
                changes.Add("The evidence is another one now.");
            else
                changes.AddRange(differences.Select(d => $"{d.Path}: {d.Before ?? "not there"} became {d.After ?? "nothing"}"));
        }
        if (approve && pending.NewerExecutionId.Length > 0)
            changes.Add($"A newer candidate waits behind this one: execution {pending.NewerExecutionId}. Reject this one, or let the newer one overtake it.");
        return changes;
    }

    /// <summary>AWS records the portal's role alone; the summary names the person.</summary>
    internal static string Summary(ClaimsPrincipal person, string comment)
    {
        var name = person.DisplayName() == person.Identity?.Name ? person.DisplayName() : $"{person.DisplayName()} ({person.Identity?.Name})";
        var summary = comment.Length == 0 ? name : $"{name}: {comment}";
        return summary.Length <= MaxSummary ? summary : string.Concat(summary.AsSpan(0, MaxSummary - 1), "…");
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{User} {Decision} {Pipeline}, execution {Execution}: {Outcome}")]
        public static partial void Decided(ILogger logger, string? user, string decision, string pipeline, string execution, string outcome);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The decision of {User} about {Pipeline}, execution {Execution}, was refused: the evidence changed")]
        public static partial void Changed(ILogger logger, string? user, string pipeline, string execution);

        [LoggerMessage(Level = LogLevel.Error, Message = "Whether the decision of {User} about {Pipeline}, execution {Execution}, counted is not known: {Reason}")]
        public static partial void Lost(ILogger logger, string? user, string pipeline, string execution, string reason);
    }
}
