using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMakerRuntime;

/// <summary>Measures one invocation as SageMaker does, in the namespace <c>AWS/SageMaker</c>. Latencies are in microseconds.</summary>
internal sealed class InvocationMetrics(IMetricStore metrics, Scope scope, string endpoint, LiveVariant variant, DateTimeOffset at)
{
    public const string Space = "AWS/SageMaker";

    private readonly (string, string)[] dimensions = Dimensions(endpoint, variant.Name);

    /// <summary>The dimensions of a variant's metrics.</summary>
    public static (string Name, string Value)[] Dimensions(string endpoint, string variant) => [("EndpointName", endpoint), ("VariantName", variant)];

    /// <summary>The model answered, be it with an error.</summary>
    public void Answered(int status, TimeSpan model, TimeSpan total)
    {
        Count(status is >= 400 and < 500, status >= 500 || status is < 200 or (>= 300 and < 400));
        Record("ModelLatency", model.TotalMicroseconds, "Microseconds");
        Record("OverheadLatency", Math.Max(0, (total - model).TotalMicroseconds), "Microseconds");
    }

    /// <summary>No instance took the request, or the model did not answer in time.</summary>
    public void Unanswered() => Count(false, true);

    private void Count(bool clientError, bool serverError)
    {
        Record("Invocations", 1, "None");
        Record("InvocationsPerInstance", 1.0 / Math.Max(1, variant.HealthyCount), "None");
        Record("Invocation4XXErrors", clientError ? 1 : 0, "None");
        Record("Invocation5XXErrors", serverError ? 1 : 0, "None");
    }

    private void Record(string name, double value, string unit) => metrics.Record(scope, new MetricSample(Space, name, dimensions, value, unit, at));
}
