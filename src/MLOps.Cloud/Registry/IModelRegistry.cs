using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Registry;

/// <summary>What can be read of and done to model packages. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IModelRegistry
{
    /// <summary>The longest approval description, in characters (API model).</summary>
    const int MaxDescription = 1024;

    /// <summary>How many versions the inventory holds: the newest of all groups.</summary>
    const int Held = 500;

    /// <summary>A page of a group's versions, newest first: also of those that the inventory does not hold.</summary>
    Task<Page<ModelPackage>> VersionsAsync(string connection, string group, string? next, CancellationToken cancelled = default);

    /// <summary>One version of a group, also where the inventory does not hold it; <see cref="CloudFaultKind.NotFound"/> where there is none.</summary>
    Task<ModelPackage> VersionAsync(string connection, string group, int version, CancellationToken cancelled = default);

    /// <summary>The sample request of a package; null where it has none or it is no archive with a text file.</summary>
    Task<SamplePayload?> SampleAsync(string connection, ModelPackage package, CancellationToken cancelled = default);

    /// <summary>
    /// Approves or rejects a package, with a word why. <see cref="CloudFaultKind.Conflict"/> where its status is not
    /// <paramref name="seen"/> any more: somebody else has decided meanwhile.
    /// </summary>
    Task DecideAsync(string connection, string arn, string seen, bool approve, string description, CancellationToken cancelled = default);
}
