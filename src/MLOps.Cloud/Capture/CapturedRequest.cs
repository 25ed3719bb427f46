using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Capture;

/// <summary>A request that an endpoint kept, with its answer.</summary>
/// <param name="Id">The event's id; unique.</param>
public sealed record CapturedRequest(string Id, string Variant, DateTimeOffset At)
{
    public string InputType { get; init; } = "";

    /// <summary>What was sent; base64 where <see cref="IsBinary"/>. Empty where inputs are not captured.</summary>
    public string Input { get; init; } = "";

    public string OutputType { get; init; } = "";

    /// <summary>What was answered. Empty where outputs are not captured.</summary>
    public string Output { get; init; } = "";

    public bool IsBinary { get; init; }

    public string InferenceId { get; init; } = "";

    public string CustomAttributes { get; init; } = "";
}

/// <summary>The newest captured requests.</summary>
/// <param name="Requests">Newest first.</param>
/// <param name="Files">How many objects they were read out of.</param>
/// <param name="IsPart">Whether there are more than were read.</param>
public sealed record CapturedTraffic(ValueList<CapturedRequest> Requests, int Files, bool IsPart);

/// <summary>Reads captured requests. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ICaptureReader
{
    /// <summary>
    /// The newest requests of an endpoint below <paramref name="uri"/>, at most <paramref name="most"/> and not from before
    /// <paramref name="since"/>. They reach S3 some seconds (on AWS, minutes) after they were answered.
    /// </summary>
    Task<CapturedTraffic> ReadAsync(string connection, string uri, string endpoint, DateTimeOffset since, int most = 500, CancellationToken cancelled = default);
}
