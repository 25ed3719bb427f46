using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Endpoints;

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

/// <summary>Sends requests to models whose answers arrive in pieces.</summary>
public interface IStreamingInvoker
{
    /// <summary>Sends one request, hands out each piece of the answer as it arrives, and ends with the whole answer.</summary>
    /// <param name="piece">Is called in order; a piece may end inside a character.</param>
    /// <exception cref="CloudException">As for <see cref="IEndpointInvoker.InvokeAsync"/>.</exception>
    Task<InvocationResult> StreamAsync(string connection, InvocationRequest request, Action<StreamPiece> piece, CancellationToken cancelled = default);
}

/// <summary>A piece of an answer that streams.</summary>
/// <param name="After">Since the request was sent.</param>
public sealed record StreamPiece(ReadOnlyMemory<byte> Bytes, TimeSpan After);

/// <summary>A request to a model.</summary>
public sealed record InvocationRequest(string Endpoint, ReadOnlyMemory<byte> Body)
{
    /// <summary>Asks for a session in the place of a session's id.</summary>
    public const string NewSession = "NEW_SESSION";

    /// <summary>Such as <c>text/csv</c> or <c>application/json</c>.</summary>
    public string ContentType { get; init; } = "text/csv";

    /// <summary>The type that the answer should have; the model's choice where empty.</summary>
    public string Accept { get; init; } = "";

    /// <summary>The header <c>X-Amzn-SageMaker-Custom-Attributes</c>, at most 1,024 ASCII characters; the dispatcher reads the algorithm from it.</summary>
    public string CustomAttributes { get; init; } = "";

    /// <summary>The variant that should answer; chosen by weight where empty.</summary>
    public string TargetVariant { get; init; } = "";

    /// <summary>The model of a multi-model endpoint, as its path below the endpoint's prefix in S3; else empty.</summary>
    public string TargetModel { get; init; } = "";

    /// <summary>At most 64 letters, digits, commas, dots and hyphens; captured requests carry it.</summary>
    public string InferenceId { get; init; } = "";

    /// <summary>
    /// The session of a stateful model: all of its requests reach the instance that opened it. <see cref="NewSession"/> asks for one, which an
    /// answer in one piece alone can bring.
    /// </summary>
    public string SessionId { get; init; } = "";
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

    /// <summary>The session that a stateful model opened; empty where it opened none.</summary>
    public string NewSessionId { get; init; } = "";

    /// <summary>Until when the model keeps that session; null where it does not say.</summary>
    public DateTimeOffset? SessionExpires { get; init; }

    /// <summary>The session that the model closed; empty where it closed none.</summary>
    public string ClosedSessionId { get; init; } = "";

    /// <summary>The HTTP headers of the answer as they came.</summary>
    public Values.ValueList<Values.Setting> Headers { get; init; } = [];

    /// <summary>Of an answer that streamed: when its first piece came, and how many there were.</summary>
    public TimeSpan? FirstPieceAfter { get; init; }

    public int Pieces { get; init; }

    /// <summary>Why an answer that streamed broke off; empty where it came to its end.</summary>
    public string BrokenOff { get; init; } = "";

    /// <summary>Whether the model answered without an error.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300 && BrokenOff.Length == 0;

    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body.Span);
}
