using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Pipelines;

/// <summary>Reads pipelines in depth, on demand. Every method throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IPipelineReader
{
    /// <summary>The definition, the state and the newest executions.</summary>
    Task<PipelineDetail> DetailAsync(string connection, string pipeline, CancellationToken cancelled = default);

    /// <summary>Executions, newest first, 20 a page.</summary>
    Task<Page<PipelineExecution>> ExecutionsAsync(string connection, string pipeline, string? next = null, CancellationToken cancelled = default);

    /// <summary>Executions that a stage can be rolled back to, among the 20 newest that succeeded in it.</summary>
    Task<RollbackTargets> RollbackTargetsAsync(string connection, string pipeline, string stage, CancellationToken cancelled = default);

    /// <summary>The revisions that a source can be set to, newest first: versions of an S3 object. None where the source tells no versions.</summary>
    Task<ValueList<SourceRevision>> RevisionsAsync(string connection, ActionDefinition source, CancellationToken cancelled = default);

    /// <summary>One execution with what its actions did.</summary>
    Task<ExecutionDetail> ExecutionAsync(string connection, string pipeline, string executionId, CancellationToken cancelled = default);
}

/// <summary>A pipeline in depth.</summary>
public sealed record PipelineDetail(PipelineSummary Pipeline, PipelineDefinition Definition, Page<PipelineExecution> Executions)
{
    /// <summary>What the actions did in the executions that are, or were last, in the pipeline's stages.</summary>
    public ValueList<ActionExecution> Actions { get; init; } = [];
}

/// <summary>What a stage can be rolled back to: executions that succeeded in it, are no rollbacks themselves and ran the pipeline's current version, newest first.</summary>
/// <param name="Outdated">How many others succeeded in it under an older version of the pipeline: CodePipeline refuses them.</param>
/// <param name="Version">The pipeline's current version.</param>
public sealed record RollbackTargets(ValueList<PipelineExecution> Executions, int Outdated = 0, int Version = 0);

/// <summary>An execution in depth; actions in the order in which they started.</summary>
public sealed record ExecutionDetail(PipelineExecution Execution, ValueList<ActionExecution> Actions);

/// <summary>What can be done to pipelines. Every method throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IPipelineCommands
{
    /// <summary>Starts an execution; returns its id. Without <paramref name="overrides"/> it takes the newest revisions and the variables' defaults.</summary>
    Task<string> StartAsync(string connection, string pipeline, StartOverrides? overrides = null, CancellationToken cancelled = default);

    /// <summary>Stops an execution; <paramref name="abandon"/> does not wait for actions that run. The reason has at most 200 characters.</summary>
    Task StopAsync(string connection, string pipeline, string executionId, bool abandon, string reason, CancellationToken cancelled = default);

    /// <summary>Runs a failed stage again: what failed or did not start, or <paramref name="allActions"/>. Returns the execution's id.</summary>
    Task<string> RetryStageAsync(string connection, string pipeline, string stage, string executionId, bool allActions = false, CancellationToken cancelled = default);

    /// <summary>Runs a stage again with what an earlier execution brought there; returns the new execution's id.</summary>
    Task<string> RollbackStageAsync(string connection, string pipeline, string stage, string targetExecutionId, CancellationToken cancelled = default);

    /// <summary>Enables or disables the transition into a stage. A reason is asked for disabling it: at most 300 of <c>[a-zA-Z0-9!@ ().*?-]</c>.</summary>
    Task SetTransitionAsync(string connection, string pipeline, string stage, bool enabled, string reason = "", CancellationToken cancelled = default);
}

/// <summary>What one execution shall have in place of defaults and newest revisions.</summary>
public sealed record StartOverrides(ValueList<Setting> Variables, ValueList<RevisionOverride> Revisions);

/// <summary>A revision that a source action shall take.</summary>
/// <param name="Type"><c>S3_OBJECT_VERSION_ID</c>, <c>COMMIT_ID</c> or <c>IMAGE_DIGEST</c>: see <see cref="TypeOf"/>.</param>
public sealed record RevisionOverride(string Action, string Type, string Value)
{
    /// <summary>The type of revision of a source action's provider; null where CodePipeline takes none for it.</summary>
    public static string? TypeOf(string provider) => provider switch
    {
        "S3" => "S3_OBJECT_VERSION_ID",
        "ECR" => "IMAGE_DIGEST",
        "CodeCommit" or "GitHub" or "CodeStarSourceConnection" or "Bitbucket" => "COMMIT_ID",
        _ => null,
    };
}
