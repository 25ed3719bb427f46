using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>What an action made or runs: a training job, an endpoint. Read from names, as the pipelines give them.</summary>
public sealed class RelatedThings
{
    public ValueList<TrainingJobSummary> Jobs { get; set; } = [];

    public ValueList<EndpointSummary> Endpoints { get; set; } = [];

    /// <summary>The name and address of what an action of an execution is about; null where none is known.</summary>
    public (string Name, string Href)? Of(ActionState action, string executionId, ActionDefinition? definition, Places places)
    {
        if (action.Provider == "Lambda" && executionId.Length > 0 && Jobs.FirstOrDefault(job => job.Name.EndsWith(executionId, StringComparison.Ordinal)) is { } job)
            return (job.Name, places.TrainingJob(job.Name));
        var stack = definition?.Configuration.FirstOrDefault(setting => setting.Name == "StackName")?.Value;
        if (action.Provider == "CloudFormation" && Endpoints.FirstOrDefault(endpoint => endpoint.Name == stack) is { } endpoint)
            return (endpoint.Name, places.Endpoint(endpoint.Name));
        return null;
    }
}
