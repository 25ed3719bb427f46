using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks;

/// <summary>The errors of CloudFormation; most are a <c>ValidationError</c> that says what is wrong.</summary>
internal static class StackErrors
{
    public static AwsException Validation(string message) => new("ValidationError", message);

    public static AwsException Format(string message) => Validation($"Template format error: {message}");

    public static AwsException Template(string message) => Validation($"Template error: {message}");

    public static AwsException NoSuchStack(string name) => Validation($"Stack with id {name} does not exist");

    public static AwsException NotOffered(string what) => Validation($"The local cloud does not offer {what}.");
}
