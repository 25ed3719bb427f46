using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Training;

/// <summary>Reads training jobs in depth, on demand. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ITrainingReader
{
    Task<TrainingJobDetail> DetailAsync(string connection, string job, CancellationToken cancelled = default);

    /// <summary>The values of each metric over the job's time, one series a metric.</summary>
    Task<IReadOnlyList<MetricSeries>> MetricsAsync(string connection, string job, CancellationToken cancelled = default);

    /// <summary>
    /// The job's log from its beginning; with <paramref name="follow"/> it goes on until the job has ended and the log is
    /// read, or until it is cancelled.
    /// </summary>
    IAsyncEnumerable<LogLine> LogAsync(string connection, string job, bool follow, CancellationToken cancelled = default);

    /// <summary>
    /// A page of what the cloud itself lists, all jobs that ever were among them. The jobs are not described. A page can be
    /// short and still have a next one.
    /// </summary>
    Task<Page<TrainingJobSummary>> SearchAsync(string connection, TrainingJobQuery query, int size, string? next = null, CancellationToken cancelled = default);

    /// <summary>What the job left in S3, at most 1,000 objects.</summary>
    Task<IReadOnlyList<Artifact>> ArtifactsAsync(string connection, TrainingJobDetail job, CancellationToken cancelled = default);
}

/// <summary>An object that a job left in S3.</summary>
/// <param name="Name">Below the job's own prefix, such as <c>output/model.tar.gz</c>.</param>
public sealed record Artifact(string Name, ObjectRef Place, long Size, DateTimeOffset Modified);

/// <summary>What can be done to training jobs. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ITrainingCommands
{
    Task CreateAsync(string connection, TrainingJobDraft draft, CancellationToken cancelled = default);

    /// <summary>Asks the job to stop: it gets SIGTERM and 120 s, and its model so far is kept.</summary>
    Task StopAsync(string connection, string job, CancellationToken cancelled = default);
}
