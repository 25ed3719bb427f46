using MLOps.Cloud.Faults;
using MLOps.Cloud.Training;

namespace MLOps.Cloud.Tuning;

/// <summary>Reads tuning jobs in depth, on demand. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ITuningReader
{
    Task<TuningJobDetail> DetailAsync(string connection, string job, CancellationToken cancelled = default);

    /// <summary>The training jobs of a tuning job with their instances and billed time; those that are gone are left out.</summary>
    Task<IReadOnlyList<TrainingJobSummary>> JobsAsync(string connection, TuningJobDetail job, CancellationToken cancelled = default);
}

/// <summary>What can be done to tuning jobs. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ITuningCommands
{
    Task CreateAsync(string connection, TuningDraft draft, CancellationToken cancelled = default);

    /// <summary>Stops the tuning job and the training jobs that run; what they came to so far is kept.</summary>
    Task StopAsync(string connection, string job, CancellationToken cancelled = default);

    /// <summary>Removes a tuning job that has ended; its training jobs stay.</summary>
    Task DeleteAsync(string connection, string job, CancellationToken cancelled = default);
}
