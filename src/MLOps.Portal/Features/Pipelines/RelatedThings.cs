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
    public (string Name, string Href)? Of(ActionState action, string executionId, ActionDefinition? definition, Places places) =>
        Of(action.Provider, executionId, Stack(definition?.Configuration), places);

    /// <inheritdoc cref="Of(ActionState, string, ActionDefinition?, Places)"/>
    public (string Name, string Href)? Of(ActionExecution action, Places places) =>
        Of(action.Provider, action.PipelineExecutionId, Stack(action.Configuration), places);

    /// <summary>The training job that an action of an execution runs; null where there is none.</summary>
    public TrainingJobSummary? JobOf(string provider, string executionId) =>
        provider == "Lambda" && executionId.Length > 0 ? Jobs.FirstOrDefault(job => job.Name.EndsWith(executionId, StringComparison.Ordinal)) : null;

    private (string Name, string Href)? Of(string provider, string executionId, string? stack, Places places)
    {
        if (JobOf(provider, executionId) is { } job)
            return (job.Name, places.TrainingJob(job.Name));
        if (provider == "CloudFormation" && Endpoints.FirstOrDefault(endpoint => endpoint.Name == stack) is { } endpoint)
            return (endpoint.Name, places.Endpoint(endpoint.Name));
        return null;
    }

    private static string? Stack(ValueList<Setting>? configuration) => configuration?.FirstOrDefault(setting => setting.Name == "StackName")?.Value;
}
