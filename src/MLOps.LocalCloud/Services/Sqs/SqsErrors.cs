using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>The errors of SQS, with the codes of its older protocol that many clients still look for.</summary>
internal static class SqsErrors
{
    public static AwsException NoQueue() => new("QueueDoesNotExist", "The specified queue does not exist.")
    {
        QueryCode = "AWS.SimpleQueueService.NonExistentQueue",
    };

    public static AwsException NameExists(string attribute) => new("QueueNameExists", $"A queue already exists with the same name and a different value for attribute {attribute}")
    {
        QueryCode = "QueueAlreadyExists",
    };

    public static AwsException InvalidValue(string message) => new("InvalidParameterValue", message);

    public static AwsException InvalidAttribute(string name, string value) =>
        new("InvalidAttributeValue", $"Invalid value for the parameter {name}: {value}");

    public static AwsException InvalidReceipt(string handle) => new("ReceiptHandleIsInvalid", $"The input receipt handle \"{handle}\" is not a valid receipt handle.");

    /// <summary>An error whose older code is the newer one with the service's prefix.</summary>
    public static AwsException Prefixed(string code, string message) => new(code, message) { QueryCode = "AWS.SimpleQueueService." + code };

    public static AwsException Unsupported(string message) => Prefixed("UnsupportedOperation", message);
}
