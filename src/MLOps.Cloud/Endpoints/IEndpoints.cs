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

/// <summary>Sends requests to models.</summary>
public interface IEndpointInvoker
{
    /// <summary>The largest body that an endpoint takes, in bytes.</summary>
    const int MaxBodyBytes = 6_291_456;

    /// <summary>Sends one request and waits for the answer (at most 70 s). What the model says is data, also when it is an error.</summary>
    /// <exception cref="CloudException">
    /// <see cref="CloudFaultKind.Invalid"/>: the body is over <see cref="MaxBodyBytes"/>, or there is no such endpoint in service; else as the cloud refuses.
    /// </exception>
    Task<InvocationResult> InvokeAsync(string connection, InvocationRequest request, CancellationToken cancelled = default);
}

/// <summary>A request to a model.</summary>
public sealed record InvocationRequest(string Endpoint, ReadOnlyMemory<byte> Body)
{
    /// <summary>Such as <c>text/csv</c> or <c>application/json</c>.</summary>
    public string ContentType { get; init; } = "text/csv";

    /// <summary>The type that the answer should have; the model's choice where empty.</summary>
    public string Accept { get; init; } = "";

    /// <summary>The header <c>X-Amzn-SageMaker-Custom-Attributes</c>, at most 1,024 ASCII characters; the dispatcher reads the algorithm from it.</summary>
    public string CustomAttributes { get; init; } = "";

    /// <summary>The variant that should answer; chosen by weight where empty.</summary>
    public string TargetVariant { get; init; } = "";

    public string InferenceId { get; init; } = "";
}

/// <summary>What a model answered.</summary>
/// <param name="StatusCode">200, or the model's own status where it refused or failed.</param>
/// <param name="Variant">The variant that answered; empty where not known.</param>
/// <param name="Latency">The whole call as seen from here.</param>
public sealed record InvocationResult(int StatusCode, ReadOnlyMemory<byte> Body, string ContentType, string Variant, TimeSpan Latency)
{
    /// <summary>The custom attributes of the answer.</summary>
    public string CustomAttributes { get; init; } = "";

    public string RequestId { get; init; } = "";

    /// <summary>Where the model's log is, when it failed; an ARN.</summary>
    public string LogStreamArn { get; init; } = "";

    /// <summary>Whether the model answered without an error.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body.Span);
}
