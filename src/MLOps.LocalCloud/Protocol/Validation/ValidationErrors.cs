using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire.Xml;

namespace MLOps.LocalCloud.Protocol.Validation;

/// <summary>How each service refuses an input that breaks a constraint: its code, and its words where they are its own.</summary>
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
        ["sns"] = "ValidationError",
        ["sqs"] = "InvalidParameterValue",
    };

    public static AwsException For(ApiService service, Violations violations) => service.Name switch
    {
        "s3" => S3(violations.First),
        "sqs" => Sqs(violations),
        "codecommit" => CodeCommit(service, violations),
        "iam" when violations.First.Constraint == Violation.UniqueTagKeys =>
            new AwsException("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."),
        _ => General(service, violations),
    };

    private static AwsException General(ApiService service, Violations violations) =>
        new(Codes.GetValueOrDefault(service.Name, "ValidationException"), violations.ToString());

    private static AwsException S3(Violation violation)
    {
        if (violation.Constraint == Violation.UniqueTagKeys)
            return new AwsException("InvalidTag", "Cannot provide multiple Tags with the same key");
        if (violation is { IsMissing: true, Root.Location: MemberLocation.Body } && violation.Path == violation.Root.MessageName)
            return new AwsException("MissingRequestBodyError", "Request Body is empty");
        return violation.Shape.Name switch
        {
            "BucketLocationConstraint" => new AwsException("InvalidLocationConstraint", "The specified location-constraint is not valid"),
            "StorageClass" => new AwsException("InvalidStorageClass", "The storage class you specified is not valid"),
            _ => violation.Root.Location == MemberLocation.Body ? XmlInputReader.Malformed() : new AwsException("InvalidArgument", violation.ToString())
            {
                Members = new() { ["ArgumentName"] = violation.Root.WireName, ["ArgumentValue"] = violation.Value.Trim('\'') },
            },
        };
    }

    private static AwsException Sqs(Violations violations)
    {
        if (violations.Missing is { } missing)
            return new AwsException("MissingParameter", $"The request must contain the parameter {missing.Root.Name}.");
        return violations.First is { Shape.Name: "QueueAttributeName" or "MessageSystemAttributeName" } unknown
            ? new AwsException("InvalidAttributeName", $"Unknown Attribute {unknown.Value.Trim('\'', '[', ']')}.")
            : General(violations);
    }

    private static AwsException General(Violations violations) => new("InvalidParameterValue", violations.ToString());

    // CodeCommit has an exception for each kind of value: RepositoryNameRequiredException, InvalidRepositoryNameException.
    private static AwsException CodeCommit(ApiService service, Violations violations)
    {
        var first = violations.First;
        var name = first.Shape.Name;
        foreach (var code in first.IsMissing ? new[] { $"{name}RequiredException" } : [$"Invalid{name}Exception"])
            if (service.Errors.ContainsKey(code))
                return new AwsException(code, violations.ToString());
        return General(service, violations);
    }
}
