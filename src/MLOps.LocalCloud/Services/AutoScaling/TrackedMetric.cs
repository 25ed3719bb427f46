using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>The metric that a target tracking policy follows.</summary>
/// <param name="MissingIsZero">SageMaker reports zero where a variant gets no traffic; of other metrics a gap says nothing.</param>
internal sealed record TrackedMetric(string Namespace, string Name, IReadOnlyList<(string Name, string Value)> Dimensions, string Statistic, bool MissingIsZero)
{
    /// <summary>Whether a value is so much per minute, so that a shorter period is counted up to a minute.</summary>
    public bool IsRate => Statistic != "Average";

    public static TrackedMetric Of(ScalableId id, JsonObject tracking)
    {
        if (tracking.Object("CustomizedMetricSpecification") is { } metric)
            return new TrackedMetric(metric.Required("Namespace"), metric.Required("MetricName"),
                [.. metric.Objects("Dimensions").Select(d => (d.Required("Name"), d.Required("Value")))], metric.Required("Statistic"), MissingIsZero: false);
        var (endpoint, variant) = id.Variant;
        return new TrackedMetric("AWS/SageMaker", "InvocationsPerInstance", [("EndpointName", endpoint), ("VariantName", variant)], "Sum", MissingIsZero: true);
    }

    /// <summary>The values of the last periods that end at a time, the newest first; null where nothing was measured.</summary>
    public IReadOnlyList<double?> Read(IMetricStore metrics, Scope scope, DateTimeOffset end, TimeSpan period, int count)
    {
        var values = new double?[count];
        for (var i = 0; i < count; i++)
        {
            var (sum, samples) = metrics.Total(scope, Namespace, Name, Dimensions, end - ((i + 1) * period), end - (i * period));
            values[i] = samples == 0 ? (MissingIsZero ? 0 : null) : Statistic switch
            {
                "Average" => sum / samples,
                "SampleCount" => samples * (TimeSpan.FromMinutes(1) / period),
                _ => sum * (TimeSpan.FromMinutes(1) / period),
            };
        }
        return values;
    }
}
