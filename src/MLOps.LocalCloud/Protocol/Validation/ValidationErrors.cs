using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Validation;

/// <summary>The code under which each service refuses an input that breaks a constraint.</summary>
internal static class ValidationErrors
{
    private static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        ["logs"] = "InvalidParameterException",
        ["ecr"] = "InvalidParameterException",
        ["codebuild"] = "InvalidInputException",
        ["sagemaker-runtime"] = "ValidationError",
        ["cloudwatch"] = "ValidationError",
        ["cloudformation"] = "ValidationError",
        ["iam"] = "ValidationError",
        ["sts"] = "ValidationError",
        ["sns"] = "InvalidParameter",
        ["sqs"] = "InvalidParameterValue",
        ["s3"] = "InvalidArgument",
    };

    public static AwsException For(ApiService service, Violations violations)
    {
        if (service.Name == "sqs" && violations.Missing is [var missing, ..])
            return new AwsException("MissingParameter", $"The request must contain the parameter {char.ToUpperInvariant(missing[0])}{missing[1..]}.");
        if (service.Name == "s3" && violations.Missing.Count > 0)
            return new AwsException("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
        return new AwsException(Codes.GetValueOrDefault(service.Name, "ValidationException"), violations.ToString());
    }
}
