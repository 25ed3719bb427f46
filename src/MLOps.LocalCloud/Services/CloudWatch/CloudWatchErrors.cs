using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch;

internal static class CloudWatchErrors
{
    public static AwsException InvalidValue(string message) => new("InvalidParameterValue", message);

    public static AwsException InvalidCombination(string message) => new("InvalidParameterCombination", message);

    public static AwsException Missing(string parameter) => new("MissingParameter", $"The parameter {parameter} is required.");

    public static AwsException Validation(string message) => new("ValidationError", message);
}
