namespace MLOps.Cloud.Approvals;

/// <summary>An approval action that waits for its answer. Inventory order: longest waiting first; the key for a refresh is the pipeline's name.</summary>
public sealed record PendingApproval(string Connection, string Pipeline, string Stage, string Action, string ExecutionId)
{
    /// <summary>Since when it waits.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When CodePipeline itself answers no; null where the definition could not be read.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What the pipeline's author wants the approver to know.</summary>
    public string CustomData { get; init; } = "";

    /// <summary>A link that the pipeline's author gave.</summary>
    public string ExternalUrl { get; init; } = "";

    /// <summary>The source revision that asks, such as an S3 version id.</summary>
    public string RevisionId { get; init; } = "";

    public string RevisionSummary { get; init; } = "";

    /// <summary>An execution that is newer and waits behind this one; empty where there is none.</summary>
    public string NewerExecutionId { get; init; } = "";

    /// <summary>Stands for the approval's secret token: changes when the token does, and does not give it away.</summary>
    public string TokenDigest { get; init; } = "";
}

/// <summary>An answer to an approval.</summary>
/// <param name="ExecutionId">The execution that was looked at; another one is never answered.</param>
/// <param name="Summary">Why; at most 512 characters. AWS records only the portal's role, so it should name the person.</param>
public sealed record ApprovalAnswer(string Pipeline, string Stage, string Action, string ExecutionId, bool Approved, string Summary)
{
    /// <summary>The <see cref="PendingApproval.TokenDigest"/> that was looked at; where given, another token is not answered.</summary>
    public string? TokenDigest { get; init; }
}

/// <summary>What became of an answer.</summary>
public abstract record ApprovalOutcome
{
    private ApprovalOutcome()
    {
    }

    /// <summary>The answer counts.</summary>
    public sealed record Done(DateTimeOffset At) : ApprovalOutcome;

    /// <summary>Somebody was quicker.</summary>
    /// <param name="By">An ARN; empty where the cloud does not say.</param>
    public sealed record AlreadyAnswered(bool Approved, string By, DateTimeOffset? At, string Summary) : ApprovalOutcome;

    /// <summary>Another execution waits in that place now, or the approval was asked anew.</summary>
    public sealed record Superseded(string CurrentExecutionId) : ApprovalOutcome;

    /// <summary>Nobody answered in time.</summary>
    public sealed record Expired : ApprovalOutcome;

    /// <summary>There is no such pipeline, stage, action or execution.</summary>
    public sealed record NotFound(string What) : ApprovalOutcome;

    /// <summary>The execution exists and has not come to the approval yet, or was stopped before it.</summary>
    /// <param name="Status">The execution's status.</param>
    public sealed record NotWaiting(string Status) : ApprovalOutcome;
}

/// <summary>Answers approvals, and tells what became of them.</summary>
public interface IApprovalCommands
{
    /// <summary>
    /// Reads the state again, and answers when exactly that execution waits there. Safe to call twice at once: CodePipeline
    /// takes one answer.
    /// </summary>
    /// <exception cref="Faults.CloudException">The cloud could not be asked; whether the answer counted is then not known: read it with <see cref="FindAsync"/>.</exception>
    Task<ApprovalOutcome> AnswerAsync(string connection, ApprovalAnswer answer, CancellationToken cancelled = default);

    /// <summary>What CodePipeline says about that approval of that execution now.</summary>
    Task<ApprovalStanding> FindAsync(string connection, string pipeline, string stage, string action, string executionId, CancellationToken cancelled = default);
}

/// <summary>How an approval stands: it waits (<see cref="Pending"/>), or has an outcome that is not <c>Done</c>.</summary>
public sealed record ApprovalStanding(PendingApproval? Pending, ApprovalOutcome? Outcome);
