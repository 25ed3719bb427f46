using MLOps.Cloud.Faults;
using MLOps.LoadGenerator;

namespace MLOps.Cloud.Load;

/// <summary>Starts the load generator, a process of its own, against endpoints of configured connections; nothing else can be its target.</summary>
public interface ILoadGenerator
{
    /// <summary>Runs until the generator has ended, and hands on what it tells. A cancelled run ends with what was measured until then.</summary>
    /// <exception cref="CloudException">
    /// There is no such connection, or no usable credentials for it; <see cref="CloudFaultKind.ServiceFailure"/>: the generator did not start or ended by itself.
    /// </exception>
    Task RunAsync(string connection, LoadRequest request, Action<LoadEvent> heard, CancellationToken cancelled = default);
}

/// <summary>A run that is asked for.</summary>
/// <param name="Concurrency">The most requests under way at a time.</param>
/// <param name="Requests">All requests of the run.</param>
public sealed record LoadRequest(string Endpoint, int Concurrency, int Requests, IReadOnlyList<byte[]> Bodies)
{
    public string Variant { get; init; } = "";

    public string ContentType { get; init; } = "";

    public string Accept { get; init; } = "";

    public string CustomAttributes { get; init; } = "";

    public int MaxSeconds { get; init; } = 900;
}
