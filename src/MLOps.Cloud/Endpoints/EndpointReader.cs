using Amazon.ApplicationAutoScaling;
using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;
using Scaling = Amazon.ApplicationAutoScaling.Model;

namespace MLOps.Cloud.Endpoints;

/// <inheritdoc/>
internal sealed class EndpointReader : IEndpointReader
{
    private const string Namespace = "AWS/SageMaker";
    private const double Microseconds = 0.001;
    private const int ActivitiesAVariant = 25;

    // SageMaker publishes by the minute; the local cloud keeps every sample.
    private static readonly TimeSpan AwsFinest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LocalFinest = TimeSpan.FromSeconds(10);

    private static readonly (string Id, string Label, string Unit, string Name, string Stat, double Scale)[] Kinds =
    [
        ("invocations", "Invocations", "Count", "Invocations", "Sum", 1),
        ("errors-4xx", "4xx errors", "Count", "Invocation4XXErrors", "Sum", 1),
        ("errors-5xx", "5xx errors", "Count", "Invocation5XXErrors", "Sum", 1),
        ("latency-p50", "Model latency p50", "Milliseconds", "ModelLatency", "p50", Microseconds),
        ("latency-p90", "Model latency p90", "Milliseconds", "ModelLatency", "p90", Microseconds),
        ("latency-p99", "Model latency p99", "Milliseconds", "ModelLatency", "p99", Microseconds),
        ("overhead-p50", "Overhead p50", "Milliseconds", "OverheadLatency", "p50", Microseconds),
        ("overhead-p90", "Overhead p90", "Milliseconds", "OverheadLatency", "p90", Microseconds),
        ("overhead-p99", "Overhead p99", "Milliseconds", "OverheadLatency", "p99", Microseconds),
        ("invocations-per-instance", "Invocations per instance", "Count", "InvocationsPerInstance", "Sum", 1),
    ];

    private static readonly (string Id, string Label, string Unit, string Name, string Stat)[] QueueKinds =
    [
        ("backlog", "Waiting", "Count", "ApproximateBacklogSize", "Maximum"),
        ("processed", "Answered", "Count", "InvocationsProcessed", "Sum"),
        ("failures", "Failed", "Count", "InvocationFailures", "Sum"),
        ("expired", "Waited too long", "Count", "ExpiredRequests", "Sum"),
        ("waited-p90", "Waited p90", "Milliseconds", "TimeInBacklog", "p90"),
        ("took-p90", "In all p90", "Milliseconds", "TotalProcessingTime", "p90"),
    ];

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    private readonly ICloudClients clients;
    private readonly ICloudConnections connections;
    private readonly EndpointSource source;
    private readonly MetricReader metrics;
    private readonly TimeProvider time;
    private readonly SharedPoller<(string Connection, string Endpoint, TimeSpan Span), EndpointMetrics> watched;

    public EndpointReader(ICloudClients clients, ICloudConnections connections, EndpointSource source, MetricReader metrics, TimeProvider time)
    {
        (this.clients, this.connections, this.source, this.metrics, this.time) = (clients, connections, source, metrics, time);
        watched = new(async (key, cancelled) => await MetricsAsync(key.Connection, key.Endpoint, key.Span, cancelled), Pace, time);
    }

    public IAsyncEnumerable<Watched<EndpointMetrics>> WatchMetricsAsync(string connection, string endpoint, TimeSpan span, CancellationToken cancelled = default) =>
        watched.WatchAsync((connection, endpoint, span), cancelled);

    public async Task<EndpointDetail> DetailAsync(string connection, string endpoint, CancellationToken cancelled = default)
    {
        var summary = await SummaryAsync(connection, endpoint, cancelled);
        var sageMaker = clients.Get<IAmazonSageMaker>(connection);
        var tags = await sageMaker.ListTagsAsync(new Aws.ListTagsRequest { ResourceArn = summary.Arn }, cancelled);
        var described = summary.CapturePercent is null && summary.AsyncOutput.Length == 0
            ? null
            : await sageMaker.DescribeEndpointAsync(new Aws.DescribeEndpointRequest { EndpointName = endpoint }, cancelled);
        return new EndpointDetail(summary)
        {
            Activities = await ActivitiesAsync(connection, summary, cancelled),
            CaptureUri = summary.CapturePercent is null ? "" : described?.DataCaptureConfig?.DestinationS3Uri ?? "",
            Async = described?.AsyncInferenceConfig is { } config ? EndpointMapping.Async(config) : null,
            Tags = tags.Tags.OrEmpty().Select(t => new ResourceTag(t.Key, t.Value)).ToValueList(),
        };
    }

    public async Task<EndpointMetrics> MetricsAsync(string connection, string endpoint, TimeSpan span, CancellationToken cancelled = default)
    {
        var summary = await SummaryAsync(connection, endpoint, cancelled);
        var variants = summary.Variants;
        var period = MetricReader.Period(span, connections.Find(connection)?.IsLocal == true ? LocalFinest : AwsFinest);
        var queries = variants.SelectMany(v => Kinds.Select(k => new MetricQuery(
            k.Id, k.Label, k.Unit, Namespace, k.Name, k.Stat, [new("EndpointName", endpoint), new("VariantName", v.Name)], k.Scale)))
            .Concat(summary.AsyncOutput.Length == 0 ? [] : QueueKinds.Select(k => new MetricQuery(k.Id, k.Label, k.Unit, Namespace, k.Name, k.Stat, [new("EndpointName", endpoint)], 1))).ToList();
        var until = time.GetUtcNow();
        var series = await metrics.ReadAsync(connection, queries, until - span, until, period, cancelled);
        return new EndpointMetrics(period, variants
            .Select((v, i) => new VariantMetrics(v.Name, WithInstances([.. series.Skip(i * Kinds.Length).Take(Kinds.Length)]))).ToValueList())
        {
            Queue = series.Skip(variants.Count * Kinds.Length).ToValueList(),
        };
    }

    /// <summary>SageMaker publishes no count of instances; the two counts of invocations tell how many took part.</summary>
    private static ValueList<MetricSeries> WithInstances(MetricSeries[] series)
    {
        var each = series.First(s => s.Id == "invocations-per-instance").Points.ToDictionary(p => p.At, p => p.Value);
        var points = series.First(s => s.Id == "invocations").Points
            .Where(p => each.GetValueOrDefault(p.At) > 0).Select(p => new MetricPoint(p.At, Math.Round(p.Value / each[p.At], 1))).ToValueList();
        return [.. series, new MetricSeries("instances", "Instances", "Count", points)];
    }

    private async Task<EndpointSummary> SummaryAsync(string connection, string endpoint, CancellationToken cancelled) =>
        await source.ReadAsync(connection, endpoint, cancelled)
        ?? throw new CloudException(new CloudFault(CloudFaultKind.NotFound, $"There is no endpoint named '{endpoint}'.", "ValidationException"));

    private async Task<ValueList<ScalingActivity>> ActivitiesAsync(string connection, EndpointSummary endpoint, CancellationToken cancelled)
    {
        var scaled = endpoint.Variants.Where(v => v.Scaling is not null).ToList();
        var read = await Several.ReadAsync(scaled, async (v, token) => await clients.Get<IAmazonApplicationAutoScaling>(connection).DescribeScalingActivitiesAsync(
            new Scaling.DescribeScalingActivitiesRequest
            {
                ServiceNamespace = ServiceNamespace.Sagemaker,
                ResourceId = EndpointMapping.ResourceId(endpoint.Name, v.Name),
                ScalableDimension = ScalableDimension.SagemakerVariantDesiredInstanceCount,
                MaxResults = ActivitiesAVariant,
            }, token), cancelled);
        return read.SelectMany(r => r.ScalingActivities.OrEmpty()).Select(EndpointMapping.Activity).OrderByDescending(a => a.Started).ToValueList();
    }
}
