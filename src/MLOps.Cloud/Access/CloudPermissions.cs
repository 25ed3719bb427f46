namespace MLOps.Cloud.Access;

/// <summary>Everything that the portal asks of AWS. A test compares it with the calls in the compiled code.</summary>
public static class CloudPermissions
{
    public static IReadOnlyList<CloudPermission> All { get; } = [.. SageMakerPermissions.All, .. PipelinePermissions.All, .. DataPermissions.All];
}
