using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Promotion;

/// <summary>Finds out how an endpoint came to serve what it serves, and what it could go back to.</summary>
public interface IProductionReader
{
    /// <summary>The history of an endpoint.</summary>
    /// <exception cref="CloudException"><see cref="CloudFaultKind.NotFound"/>: there is no such endpoint; else as the cloud refuses.</exception>
    Task<ProductionHistory> HistoryAsync(string connection, string endpoint, CancellationToken cancelled = default);
}

/// <summary>Takes an endpoint back to an earlier configuration. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IProductionCommands
{
    /// <summary>Serves by another configuration that still exists. Traffic stays on what serves until the other is ready.</summary>
    Task UseConfigAsync(string connection, string endpoint, string config, CancellationToken cancelled = default);
}

/// <summary>Where an endpoint's variants come from, and what it could go back to.</summary>
/// <param name="Endpoint">The endpoint as it was read with the rest.</param>
public sealed record ProductionHistory(EndpointSummary Endpoint)
{
    /// <summary>The pipeline that deploys the endpoint; empty where none is known.</summary>
    public string Pipeline { get; init; } = "";

    /// <summary>The stage that deploys it; empty where no pipeline is known.</summary>
    public string Stage { get; init; } = "";

    /// <summary>The stage of <see cref="Approval"/>; empty where there is none.</summary>
    public string ApprovalStage { get; init; } = "";

    /// <summary>The approval action before that stage; empty where there is none.</summary>
    public string Approval { get; init; } = "";

    /// <summary>What each variant runs, in the order of the endpoint's variants.</summary>
    public ValueList<VariantOrigin> Origins { get; init; } = [];

    /// <summary>The variant that asks to replace the others: the one that was trained last; null where there is only one, or nobody knows.</summary>
    public VariantOrigin? Challenger => Origins.Count < 2 ? null : Origins.Where(o => o.TrainedAt is not null).MaxBy(o => o.TrainedAt);

    /// <summary>
    /// Executions that brought a good production before the one that was deployed last, newest first: the stage can be rolled back to each.
    /// </summary>
    public ValueList<PipelineExecution> Earlier { get; init; } = [];

    /// <summary>Other configurations of the endpoint that still exist, newest first.</summary>
    public ValueList<EarlierConfig> Configs { get; init; } = [];
}

/// <summary>Where a variant's model comes from.</summary>
/// <param name="TrainingJob">Empty where not known.</param>
/// <param name="ExecutionId">The execution that trained it; empty where not known.</param>
/// <param name="TrainedAt">When the job was asked for; null where not known.</param>
public sealed record VariantOrigin(string Variant, string Model, string TrainingJob, string ExecutionId, DateTimeOffset? TrainedAt = null);

/// <summary>An endpoint configuration that an endpoint could use.</summary>
public sealed record EarlierConfig(string Name, DateTimeOffset Created);
