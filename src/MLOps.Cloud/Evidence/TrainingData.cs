using MLOps.Cloud.Faults;
using MLOps.Cloud.Training;

namespace MLOps.Cloud.Evidence;

/// <summary>Finds out which data a job learned from.</summary>
public interface ITrainingDataReader
{
    /// <summary>The objects of each channel as they are now.</summary>
    /// <exception cref="CloudException">They cannot be listed.</exception>
    Task<TrainingData> ReadAsync(string connection, TrainingJobDetail job, CancellationToken cancelled = default);
}

/// <summary>The data of a training job.</summary>
public sealed record TrainingData(IReadOnlyList<ChannelData> Channels);

/// <summary>What lies behind one channel.</summary>
/// <param name="Objects">How many objects; at most the first 1,000 are looked at.</param>
/// <param name="Bytes">Their size together.</param>
/// <param name="Identity">
/// The version id of the only object, as it was when the job began; its ETag in a bucket without versions; <c>sha256:…</c> over keys and
/// ETags where there are several objects. Empty where there are none.
/// </param>
/// <param name="ChangedSince">When the newest object was written, where that was after the job began; null where the data is what was learned from.</param>
public sealed record ChannelData(string Name, string S3Uri, int Objects, long Bytes, string Identity, DateTimeOffset? ChangedSince);
