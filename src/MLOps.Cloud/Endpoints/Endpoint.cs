using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Endpoints;

/// <summary>An endpoint with its variants. Inventory order: by name.</summary>
/// <param name="Status"><c>Creating</c>, <c>InService</c>, <c>Updating</c>, <c>Failed</c>, <c>Deleting</c>, <c>RollingBack</c>…</param>
public sealed record EndpointSummary(string Connection, string Name, string Status)
{
    public string Arn { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? Modified { get; init; }

    public string ConfigName { get; init; } = "";

    public string FailureReason { get; init; } = "";

    public ValueList<VariantState> Variants { get; init; } = [];

    /// <summary>What is being deployed over what serves; null in the steady state.</summary>
    public PendingDeployment? Pending { get; init; }

    /// <summary>The share of requests that are captured, in percent; null where capture is off.</summary>
    public int? CapturePercent { get; init; }

    /// <summary>The S3 URI under which an asynchronous endpoint leaves its answers; empty for one that answers at once.</summary>
    public string AsyncOutput { get; init; } = "";
}

/// <summary>A production variant: a model on some instances, with a share of the traffic.</summary>
public sealed record VariantState(string Name)
{
    public string Model { get; init; } = "";

    public string Image { get; init; } = "";

    /// <summary><c>sha256:…</c> of the image that was deployed; empty where not known.</summary>
    public string ImageDigest { get; init; } = "";

    public string InstanceType { get; init; } = "";

    public int CurrentInstances { get; init; }

    public int DesiredInstances { get; init; }

    /// <summary>Relative to the other variants' weights.</summary>
    public double CurrentWeight { get; init; }

    public double DesiredWeight { get; init; }

    /// <summary>What the variant goes through, such as <c>Creating</c> or <c>ActivatingTraffic</c>; empty in the steady state.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Null where no scalable target is registered.</summary>
    public ScalingState? Scaling { get; init; }
}

/// <summary>How Application Auto Scaling treats a variant.</summary>
public sealed record ScalingState(int MinInstances, int MaxInstances)
{
    public ValueList<ScalingPolicy> Policies { get; init; } = [];
}

/// <summary>A scaling policy.</summary>
/// <param name="Metric">The predefined metric, or a custom metric's name.</param>
public sealed record ScalingPolicy(string Name, string Type, string Metric, double? TargetValue, int? ScaleInCooldownSeconds, int? ScaleOutCooldownSeconds);

/// <summary>Something that scaling did or tried.</summary>
public sealed record ScalingActivity(string Id, string Variant, DateTimeOffset Started, DateTimeOffset? Ended, string Status, string Description, string Cause);

/// <summary>An endpoint in depth.</summary>
public sealed record EndpointDetail(EndpointSummary Endpoint)
{
    /// <summary>Newest first.</summary>
    public ValueList<ScalingActivity> Activities { get; init; } = [];

    /// <summary>S3 URI under which captured requests are kept; empty where capture is off.</summary>
    public string CaptureUri { get; init; } = "";

    /// <summary>How it answers asynchronously; null for an endpoint that answers at once.</summary>
    public AsyncState? Async { get; init; }

    public ValueList<ResourceTag> Tags { get; init; } = [];
}

/// <summary>How an asynchronous endpoint answers. Places are S3 URIs, topics ARNs of SNS; empty where not set.</summary>
/// <param name="AtOnce">Requests that an instance works on at a time; null where SageMaker chooses.</param>
public sealed record AsyncState(string Output, string Failure, string SuccessTopic, string ErrorTopic, int? AtOnce);

/// <summary>An endpoint's metrics over a time: one series a variant and metric.</summary>
/// <param name="Period">The length of a point's period.</param>
public sealed record EndpointMetrics(TimeSpan Period, ValueList<VariantMetrics> Variants)
{
    /// <summary>
    /// Of an asynchronous endpoint as a whole, else empty. Ids: <c>backlog</c> (requests that wait), <c>processed</c>, <c>failures</c>,
    /// <c>expired</c> (counts a period), <c>waited-p90</c>, <c>took-p90</c> (milliseconds).
    /// </summary>
    public ValueList<MetricSeries> Queue { get; init; } = [];
}

/// <summary>A variant's metrics.</summary>
/// <param name="Series">
/// Ids: <c>invocations</c>, <c>errors-4xx</c>, <c>errors-5xx</c> (counts a period), <c>latency-p50</c>, <c>latency-p90</c>,
/// <c>latency-p99</c>, <c>overhead-p50</c>, <c>overhead-p90</c>, <c>overhead-p99</c> (milliseconds), <c>invocations-per-instance</c>, and
/// <c>instances</c>: how many took requests, out of the two counts of invocations.
/// </param>
public sealed record VariantMetrics(string Variant, ValueList<MetricSeries> Series);
