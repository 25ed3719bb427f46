using MLOps.Cloud.Values;

namespace MLOps.Cloud.Pipelines;

/// <summary>One run of a pipeline.</summary>
/// <param name="Status"><c>InProgress</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Stopping</c>, <c>Stopped</c>, <c>Superseded</c> or <c>Cancelled</c>.</param>
public sealed record PipelineExecution(string Id, string Status)
{
    public string StatusSummary { get; init; } = "";

    public int? PipelineVersion { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Updated { get; init; }

    /// <summary>What started it: <c>StartPipelineExecution</c>, <c>PollForSourceChanges</c>, <c>CloudWatchEvent</c>, <c>ManualRollback</c>…</summary>
    public string TriggerType { get; init; } = "";

    /// <summary>Who or what: usually an ARN.</summary>
    public string TriggerDetail { get; init; } = "";

    public string ExecutionMode { get; init; } = "";

    /// <summary><c>STANDARD</c> or <c>ROLLBACK</c>.</summary>
    public string ExecutionType { get; init; } = "";

    /// <summary>The execution that a rollback goes back to; empty otherwise.</summary>
    public string RollbackTargetId { get; init; } = "";

    public string StopReason { get; init; } = "";

    /// <summary>The source revisions that it works on.</summary>
    public ValueList<SourceRevision> Revisions { get; init; } = [];

    /// <summary>The pipeline's variables with the values of this execution; only where it was read by itself.</summary>
    public ValueList<Setting> Variables { get; init; } = [];

    /// <summary>Whether it goes on: it runs, waits or is being stopped.</summary>
    public bool IsActive => Status is "InProgress" or "Stopping";
}

/// <summary>A version of a source: an S3 object's version id, or a commit.</summary>
public sealed record SourceRevision(string ActionName, string RevisionId, string Summary = "", string Url = "");

/// <summary>One run of one action.</summary>
public sealed record ActionExecution(string Id, string PipelineExecutionId, string Stage, string Action, string Status)
{
    public string Category { get; init; } = "";

    public string Provider { get; init; } = "";

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Updated { get; init; }

    public string UpdatedBy { get; init; } = "";

    public string ExternalId { get; init; } = "";

    public string ExternalUrl { get; init; } = "";

    public string Summary { get; init; } = "";

    /// <summary>The log stream that the action names itself; empty for most.</summary>
    public string LogStreamArn { get; init; } = "";

    public string ErrorCode { get; init; } = "";

    public string ErrorMessage { get; init; } = "";

    /// <summary>The action's settings with variables filled in.</summary>
    public ValueList<Setting> Configuration { get; init; } = [];

    public ValueList<Artifact> Inputs { get; init; } = [];

    public ValueList<Artifact> Outputs { get; init; } = [];

    public ValueList<Setting> OutputVariables { get; init; } = [];
}

/// <summary>Files that an action hands to a later one, in S3.</summary>
public sealed record Artifact(string Name, string Bucket = "", string Key = "");

/// <summary>How a pipeline is defined.</summary>
public sealed record PipelineDefinition(string Name, int Version)
{
    public string Arn { get; init; } = "";

    public string RoleArn { get; init; } = "";

    public string ExecutionMode { get; init; } = "";

    public string PipelineType { get; init; } = "";

    public string ArtifactBucket { get; init; } = "";

    public ValueList<StageDefinition> Stages { get; init; } = [];

    /// <summary>The pipeline's variables with their default values.</summary>
    public ValueList<Setting> Variables { get; init; } = [];

    public ValueList<ResourceTag> Tags { get; init; } = [];
}

/// <summary>A stage as defined.</summary>
public sealed record StageDefinition(string Name, ValueList<ActionDefinition> Actions);

/// <summary>An action as defined.</summary>
public sealed record ActionDefinition(string Name, string Category, string Provider)
{
    public string Owner { get; init; } = "AWS";

    public int RunOrder { get; init; } = 1;

    public ValueList<Setting> Configuration { get; init; } = [];

    public ValueList<string> InputArtifacts { get; init; } = [];

    public ValueList<string> OutputArtifacts { get; init; } = [];

    public string RoleArn { get; init; } = "";

    public string Region { get; init; } = "";

    /// <summary>How long the action may take; for approvals 7 days where not set.</summary>
    public TimeSpan? Timeout { get; init; }
}
