using MLOps.Cloud.Values;

namespace MLOps.Cloud.Telemetry;

/// <summary>A metric over time. Points are in order of time; a gap means that nothing was measured.</summary>
/// <param name="Id">Names the series among its siblings, such as <c>latency-p99</c>.</param>
/// <param name="Label">For people.</param>
/// <param name="Unit"><c>Count</c>, <c>Milliseconds</c>, <c>Percent</c> or <c>None</c>.</param>
public sealed record MetricSeries(string Id, string Label, string Unit, ValueList<MetricPoint> Points);

/// <summary>A value at (the beginning of) a period.</summary>
public readonly record struct MetricPoint(DateTimeOffset At, double Value);

/// <summary>A line of a log.</summary>
public sealed record LogLine(DateTimeOffset At, string Message, string Stream);

/// <summary>Reads logs of CloudWatch Logs.</summary>
public interface ILogReader
{
    /// <summary>
    /// The lines of one stream, or of all streams with a prefix, from <paramref name="from"/> on (the beginning where null).
    /// With <paramref name="follow"/> it goes on until it is cancelled. A group or stream that does not exist yet has no lines.
    /// </summary>
    /// <exception cref="Faults.CloudException">The cloud cannot be reached or refuses.</exception>
    IAsyncEnumerable<LogLine> ReadAsync(string connection, LogSource source, DateTimeOffset? from = null, bool follow = false, CancellationToken cancelled = default);
}

/// <summary>Where a log is.</summary>
/// <param name="StreamPrefix">A stream's name or the beginning of several; all streams where empty.</param>
public sealed record LogSource(string Group, string StreamPrefix = "")
{
    /// <summary>The log of a training job.</summary>
    public static LogSource TrainingJob(string job) => new("/aws/sagemaker/TrainingJobs", $"{job}/");

    /// <summary>The log of a processing job.</summary>
    public static LogSource ProcessingJob(string job) => new("/aws/sagemaker/ProcessingJobs", $"{job}/");

    /// <summary>The log of an endpoint, or of one of its variants.</summary>
    public static LogSource Endpoint(string endpoint, string variant = "") =>
        new($"/aws/sagemaker/Endpoints/{endpoint}", variant.Length == 0 ? "" : $"{variant}/");

    /// <summary>The log of a function.</summary>
    public static LogSource Function(string function) => new($"/aws/lambda/{function}");

    /// <summary>The log of the builds of a project, or of one build (<c>PROJECT:UUID</c>).</summary>
    public static LogSource Build(string project, string buildId = "") =>
        new($"/aws/codebuild/{project}", buildId.Length == 0 ? "" : buildId[(buildId.LastIndexOf(':') + 1)..]);
}
