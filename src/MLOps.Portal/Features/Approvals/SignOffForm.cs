using Microsoft.AspNetCore.Mvc;
using MLOps.Portal.Features.Approvals.Gates;

namespace MLOps.Portal.Features.Approvals;

/// <summary>What the sign-off page sends: the decision, and what it was made by.</summary>
public sealed class SignOffForm
{
    public const string Approve = "approve";
    public const string Reject = "reject";

    /// <summary>An override is explained in at least so many characters.</summary>
    public const int LeastReason = 10;

    /// <summary>As many characters as fit into the summary for AWS beside the person's name.</summary>
    public const int MaxComment = 400;

    [FromForm(Name = "decision")]
    public string? Decision { get; set; }

    [FromForm(Name = "comment")]
    public string? Comment { get; set; }

    /// <summary>Set where an administrator sets failed rules or a freeze aside.</summary>
    [FromForm(Name = "override")]
    public string? Override { get; set; }

    /// <summary>Why they are set aside.</summary>
    [FromForm(Name = "overrideReason")]
    public string? OverrideReason { get; set; }

    /// <summary>The digest of the evidence that was on the page.</summary>
    [FromForm(Name = "digest")]
    public string? Digest { get; set; }

    /// <summary>Stands for the approval's token; not the token itself.</summary>
    [FromForm(Name = "token")]
    public string? Token { get; set; }

    /// <summary>The evidence that was on the page. It decides nothing: it only lets a refusal say what changed.</summary>
    [FromForm(Name = "evidence")]
    public string? Evidence { get; set; }
}

/// <summary>Which approval of which execution is meant.</summary>
public sealed record SignOffPlace(string Connection, string Pipeline, string Stage, string Action, string ExecutionId)
{
    /// <summary>The candidate whose evidence counts here.</summary>
    public Gathering.CandidateKey Candidate => new(Connection, Pipeline, Action, ExecutionId);
}

/// <summary>What became of a person's decision in the portal.</summary>
public abstract record SignOffResult
{
    private SignOffResult()
    {
    }

    /// <summary>The cloud was told, or knows better: the sign-off page shows how it stands.</summary>
    public sealed record Settled : SignOffResult;

    /// <summary>The form lacks something that a person can add.</summary>
    public sealed record Incomplete(string What) : SignOffResult;

    /// <summary>What the person looked at is not what is there now. Nothing was decided.</summary>
    public sealed record Changed(IReadOnlyList<string> What) : SignOffResult;

    /// <summary>The gate does not let this person approve this. Nothing was decided.</summary>
    /// <param name="IsPersonal">Whether it is about the person, not the candidate.</param>
    /// <param name="Proof">The gate that asks the person to prove again who they are; null where that would not help.</param>
    public sealed record Refused(IReadOnlyList<string> Why, bool IsPersonal, Gate? Proof = null) : SignOffResult;

    /// <summary>The cloud could not be asked. <paramref name="WasTold"/>: whether the answer may have counted all the same.</summary>
    public sealed record Unanswered(MLOps.Cloud.Faults.CloudFault Fault, bool WasTold) : SignOffResult;

    /// <summary>Somebody else was quicker: they have decided, or are about to. Nothing was decided here.</summary>
    /// <param name="Kind">One of <see cref="Shared.Ledger.LedgerKind"/>.</param>
    public sealed record Taken(string Who, string Kind, DateTimeOffset At) : SignOffResult;

    /// <summary>The ledger cannot be written. Nothing was decided.</summary>
    public sealed record Unrecorded(string Why) : SignOffResult;
}
