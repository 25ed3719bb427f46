using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Registry;
using MLOps.Cloud.Training;

namespace MLOps.Cloud.Events;

/// <summary>Has the inventory read again what an event names.</summary>
internal sealed class ChangedThings(
    IInventory<PipelineSnapshot> pipelines, IInventory<TrainingJobSummary> jobs, IInventory<EndpointSummary> endpoints, IInventory<ModelPackage> packages)
{
    /// <inheritdoc cref="IInventory{T}.RefreshAsync"/>
    public Task RefreshAsync(string connection, ChangedKind kind, string key, CancellationToken cancelled) => kind switch
    {
        ChangedKind.Pipeline => pipelines.RefreshAsync(connection, key, cancelled),
        ChangedKind.TrainingJob => jobs.RefreshAsync(connection, key, cancelled),
        ChangedKind.ModelPackage => packages.RefreshAsync(connection, key, cancelled),
        _ => endpoints.RefreshAsync(connection, key, cancelled),
    };
}
