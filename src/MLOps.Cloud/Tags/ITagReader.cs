using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Tags;

/// <summary>What can be found by its tags.</summary>
public enum TaggedKind
{
    TrainingJob,
    TuningJob,
    TransformJob,
    Endpoint,
    Pipeline,
}

/// <summary>Finds things by their tags: lists do not tell tags, so the cloud is asked. Throws <see cref="CloudException"/> for what it refuses.</summary>
public interface ITagReader
{
    /// <summary>The names of the things that carry a tag; with any value where <paramref name="value"/> is null.</summary>
    Task<IReadOnlySet<string>> FindAsync(string connection, TaggedKind kind, string key, string? value, CancellationToken cancelled = default);

    /// <summary>The tags of one resource of SageMaker, whatever it is.</summary>
    Task<IReadOnlyList<ResourceTag>> OfAsync(string connection, string arn, CancellationToken cancelled = default);

    /// <summary>The keys that are in use.</summary>
    Task<IReadOnlyList<string>> KeysAsync(string connection, CancellationToken cancelled = default);
}
