using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>Application Auto Scaling's errors in AWS's words.</summary>
internal static class ScalingErrors
{
    public static AwsException NoTarget(ScalableId id) => new("ObjectNotFoundException",
        $"No scalable target registered for service namespace: {id.Namespace}, resource ID: {id.Resource}, scalable dimension: {id.Dimension}");

    public static AwsException NoPolicy(ScalableId id, string name) => new("ObjectNotFoundException",
        $"No scaling policy found for service namespace: {id.Namespace}, resource ID: {id.Resource}, scalable dimension: {id.Dimension}: {name}");

    public static AwsException BadToken() => new("InvalidNextTokenException", "The next token supplied was invalid.");

    public static AwsException NotOffered(string what) => AwsException.Validation($"The local cloud does not offer {what}.");
}
