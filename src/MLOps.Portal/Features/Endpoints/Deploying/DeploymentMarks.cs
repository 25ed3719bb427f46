using MLOps.Portal.Shared.Charts;
using MLOps.Portal.Shared.History;

namespace MLOps.Portal.Features.Endpoints.Deploying;

/// <summary>The deployments of an endpoint as marks on the time axis of its charts.</summary>
internal static class DeploymentMarks
{
    private const int Most = 30;

    public static async Task<IReadOnlyList<ChartMarker>> ReadAsync(IServingHistory history, string connection, string endpoint, CancellationToken cancelled) =>
        [.. (await history.ChangesAsync(connection, endpoint, Most, cancelled)).Select(change => new ChartMarker(change.At, Word(change.Kind)))];

    public static string Word(EndpointChangeKind kind) => kind switch
    {
        EndpointChangeKind.Created => "Created",
        EndpointChangeKind.Started => "Deployment began",
        EndpointChangeKind.Deployed => "Deployed",
        EndpointChangeKind.RolledBack => "Rolled back",
        EndpointChangeKind.Failed => "Failed",
        EndpointChangeKind.Weights => "Weights changed",
        _ => "Deleted",
    };
}
