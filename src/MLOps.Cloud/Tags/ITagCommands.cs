using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Tags;

/// <summary>Changes the tags of one resource of SageMaker, whatever it is. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ITagCommands
{
    /// <summary>Adds a tag, or gives it another value.</summary>
    Task SetAsync(string connection, string arn, ResourceTag tag, CancellationToken cancelled = default);

    /// <summary>Takes a tag off; one that is not there is none to take.</summary>
    Task RemoveAsync(string connection, string arn, string key, CancellationToken cancelled = default);
}
