using MLOps.Cloud.Faults;
using MLOps.Cloud.Telemetry;

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
}

/// <summary>What can be done to training jobs. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ITrainingCommands
{
    /// <summary>Asks the job to stop: it gets SIGTERM and 120 s, and its model so far is kept.</summary>
    Task StopAsync(string connection, string job, CancellationToken cancelled = default);
}
