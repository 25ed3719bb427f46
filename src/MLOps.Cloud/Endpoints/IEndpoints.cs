using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;

namespace MLOps.Cloud.Endpoints;

/// <summary>Reads endpoints in depth, on demand. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IEndpointReader
{
    Task<EndpointDetail> DetailAsync(string connection, string endpoint, CancellationToken cancelled = default);

    /// <summary>The metrics of the last <paramref name="span"/>; the period is chosen so that a series has at most 300 points.</summary>
    Task<EndpointMetrics> MetricsAsync(string connection, string endpoint, TimeSpan span, CancellationToken cancelled = default);

    /// <summary>The same now and every 15 s, until it is cancelled. All who watch an endpoint over the same span share the calls.</summary>
    IAsyncEnumerable<Watched<EndpointMetrics>> WatchMetricsAsync(string connection, string endpoint, TimeSpan span, CancellationToken cancelled = default);
}

/// <summary>What can be done to endpoints. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IEndpointCommands
{
    /// <summary>Ends serving and removes the endpoint; its config and models stay.</summary>
    Task DeleteAsync(string connection, string endpoint, CancellationToken cancelled = default);

    /// <summary>Changes the share of traffic of variants, by their names; the others keep theirs.</summary>
    Task UpdateWeightsAsync(string connection, string endpoint, IReadOnlyDictionary<string, double> weights, CancellationToken cancelled = default);
}
