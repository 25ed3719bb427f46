using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Models;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Workshop;

/// <summary>What the cloud shows of the workshop: the live inventory, and nothing else.</summary>
public sealed record WorkshopFacts
{
    public const string ModelPipeline = "iris-model-pipeline";
    public const string ImagePipeline = "mlops-image-pipeline";
    public const string Development = "iris-model-development";
    public const string Production = "iris-model-production";

    public ValueList<TrainingJobSummary> Jobs { get; init; } = [];

    public ValueList<TuningJobSummary> Tunings { get; init; } = [];

    public ValueList<TransformJobSummary> Transforms { get; init; } = [];

    public ValueList<ModelSummary> Models { get; init; } = [];

    public ValueList<EndpointSummary> Endpoints { get; init; } = [];

    public ValueList<PipelineSummary> Pipelines { get; init; } = [];

    /// <summary>Requests to each endpoint in the last day.</summary>
    public IReadOnlyDictionary<string, double> Requests { get; init; } = new Dictionary<string, double>();

    /// <summary>The newest completed training job.</summary>
    public TrainingJobSummary? Trained => Jobs.FirstOrDefault(j => j.Status == "Completed");

    public EndpointSummary? Serving(string name) => Endpoints.FirstOrDefault(e => e.Name == name && e.Status == "InService");

    public PipelineSummary? Pipeline(string name) => Pipelines.FirstOrDefault(p => p.Name == name);
}
