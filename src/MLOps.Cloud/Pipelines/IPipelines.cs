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

    /// <summary>One execution with what its actions did.</summary>
    Task<ExecutionDetail> ExecutionAsync(string connection, string pipeline, string executionId, CancellationToken cancelled = default);
}

/// <summary>A pipeline in depth.</summary>
public sealed record PipelineDetail(PipelineSummary Pipeline, PipelineDefinition Definition, Page<PipelineExecution> Executions);

/// <summary>An execution in depth; actions in the order in which they started.</summary>
public sealed record ExecutionDetail(PipelineExecution Execution, ValueList<ActionExecution> Actions);

/// <summary>What can be done to pipelines. Every method throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IPipelineCommands
{
    /// <summary>Starts an execution with the newest revisions; returns its id.</summary>
    Task<string> StartAsync(string connection, string pipeline, CancellationToken cancelled = default);

    /// <summary>Stops an execution; <paramref name="abandon"/> does not wait for actions that run. The reason has at most 200 characters.</summary>
    Task StopAsync(string connection, string pipeline, string executionId, bool abandon, string reason, CancellationToken cancelled = default);

    /// <summary>Runs a failed stage again: what failed or did not start, or <paramref name="allActions"/>. Returns the execution's id.</summary>
    Task<string> RetryStageAsync(string connection, string pipeline, string stage, string executionId, bool allActions = false, CancellationToken cancelled = default);

    /// <summary>Runs a stage again with what an earlier execution brought there; returns the new execution's id.</summary>
    Task<string> RollbackStageAsync(string connection, string pipeline, string stage, string targetExecutionId, CancellationToken cancelled = default);

    /// <summary>Opens or closes the way into a stage. A reason is asked for closing: at most 300 of <c>[a-zA-Z0-9!@ ().*?-]</c>.</summary>
    Task SetTransitionAsync(string connection, string pipeline, string stage, bool enabled, string reason = "", CancellationToken cancelled = default);
}
