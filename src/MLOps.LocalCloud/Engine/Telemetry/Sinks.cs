using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Telemetry;

/// <summary>Takes log lines of jobs, functions, builds and endpoints; CloudWatch Logs reads them. Groups and streams are made when first written.</summary>
public interface ILogSink
{
    /// <summary>Appends one line, stamped now. Never blocks on disk; lines of one stream keep their order.</summary>
    void Append(Scope scope, string group, string stream, string message);
}

/// <summary>One measured value: namespace, metric name, dimensions, value and CloudWatch unit (<c>Count</c>, <c>Microseconds</c>, <c>None</c>).</summary>
public sealed record MetricSample(string Namespace, string Name, IReadOnlyList<(string Name, string Value)> Dimensions, double Value, string Unit, DateTimeOffset At);

/// <summary>Takes and reads metrics; CloudWatch answers from it.</summary>
public interface IMetricStore
{
    /// <summary>Records a sample; cheap, called on the path of every invocation.</summary>
    void Record(Scope scope, MetricSample sample);

    /// <summary>The sum and count of the samples of one metric with exactly these dimensions in [from, to).</summary>
    (double Sum, long Count) Total(Scope scope, string @namespace, string name, IReadOnlyList<(string Name, string Value)> dimensions, DateTimeOffset from, DateTimeOffset to);
}
