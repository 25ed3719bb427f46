namespace MLOps.LocalCloud.Protocol;

/// <summary>The account (12 digits) and region that a call is made in; every store is kept apart by it.</summary>
public readonly record struct Scope(string Account, string Region)
{
    /// <summary>An ARN in this scope, such as <c>arn:aws:sagemaker:us-east-1:123456789012:endpoint/x</c>.</summary>
    public string Arn(string service, string resource) => $"arn:aws:{service}:{Region}:{Account}:{resource}";

    /// <summary>An ARN of a service without regions, such as IAM.</summary>
    public string GlobalArn(string service, string resource) => $"arn:aws:{service}::{Account}:{resource}";
}
