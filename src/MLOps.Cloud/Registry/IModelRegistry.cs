using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Registry;

/// <summary>What can be read of and done to model packages. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IModelRegistry
{
    /// <summary>The longest approval description, in characters (API model).</summary>
    const int MaxDescription = 1024;

    /// <summary>The sample request of a package; null where it has none or it is no archive with a text file.</summary>
    Task<SamplePayload?> SampleAsync(string connection, ModelPackage package, CancellationToken cancelled = default);

    /// <summary>
    /// Approves or rejects a package, with a word why. <see cref="CloudFaultKind.Conflict"/> where its status is not
    /// <paramref name="seen"/> any more: somebody else has decided meanwhile.
    /// </summary>
    Task DecideAsync(string connection, string arn, string seen, bool approve, string description, CancellationToken cancelled = default);
}
