using MLOps.Cloud.Values;

namespace MLOps.Cloud.Pipelines;

/// <summary>A pipeline with its latest state. Inventory order: by name.</summary>
public sealed record PipelineSummary(string Connection, string Name)
{
    public int Version { get; init; }

    /// <summary><c>QUEUED</c>, <c>SUPERSEDED</c> or <c>PARALLEL</c>.</summary>
    public string ExecutionMode { get; init; } = "";

    /// <summary><c>V1</c> or <c>V2</c>.</summary>
    public string PipelineType { get; init; } = "";

    public DateTimeOffset? Created { get; init; }

    public DateTimeOffset? Updated { get; init; }

    /// <summary>The stages in order.</summary>
    public ValueList<StageState> Stages { get; init; } = [];

    /// <summary>The newest execution; null before the first.</summary>
    public PipelineExecution? Latest { get; init; }

    /// <summary>The latest execution's status, or <see cref="Values.Status.AwaitsApproval"/> where one of its approvals waits.</summary>
    public string Status => Stages.Any(s => s.Actions.Any(a => a.AwaitsApproval)) ? Values.Status.AwaitsApproval : Latest?.Status ?? "";
}

/// <summary>Where a stage stands.</summary>
/// <param name="Status">Of the stage's latest execution; empty before the first.</param>
/// <param name="ExecutionId">The pipeline execution that is, or was last, in the stage.</param>
public sealed record StageState(string Name, string Status = "", string ExecutionId = "")
{
    public ValueList<ActionState> Actions { get; init; } = [];

    /// <summary>When its first action started; null where only the state was read, which does not tell.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When its last action ended; null while one runs, and where only the state was read.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Whether executions may enter from the stage before.</summary>
    public bool TransitionEnabled { get; init; } = true;

    public string DisabledReason { get; init; } = "";

    public string DisabledBy { get; init; } = "";

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Executions that wait to enter the stage.</summary>
    public ValueList<string> InboundExecutionIds { get; init; } = [];
}

/// <summary>Where an action of a stage stands.</summary>
public sealed record ActionState(string Name, string Status = "")
{
    /// <summary><c>Source</c>, <c>Build</c>, <c>Invoke</c>, <c>Deploy</c>, <c>Approval</c> or <c>Test</c>; empty where the definition is not known.</summary>
    public string Category { get; init; } = "";

    /// <summary><c>S3</c>, <c>CodeCommit</c>, <c>CodeBuild</c>, <c>Lambda</c>, <c>CloudFormation</c>, <c>Manual</c>…</summary>
    public string Provider { get; init; } = "";

    public int RunOrder { get; init; } = 1;

    public string Summary { get; init; } = "";

    public DateTimeOffset? LastChange { get; init; }

    /// <summary>The id of its run; empty where only the state was read.</summary>
    public string RunId { get; init; } = "";

    /// <summary>When its run started; null where only the state was read.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>The ARN of who caused the last change, such as who answered an approval.</summary>
    public string LastUpdatedBy { get; init; } = "";

    /// <summary>The id of what the action runs: a build, a stack, a job.</summary>
    public string ExternalId { get; init; } = "";

    public string ExternalUrl { get; init; } = "";

    public int? PercentComplete { get; init; }

    public string ErrorCode { get; init; } = "";

    public string ErrorMessage { get; init; } = "";

    /// <summary>The source revision that the action holds.</summary>
    public string RevisionId { get; init; } = "";

    public string RevisionUrl { get; init; } = "";

    /// <summary>Whether this is an approval that waits for its answer. The token itself stays inside MLOps.Cloud.</summary>
    public bool AwaitsApproval { get; init; }
}
