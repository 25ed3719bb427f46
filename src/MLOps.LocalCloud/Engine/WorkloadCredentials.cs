using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine;

/// <summary>What a process needs to call this cloud as a role: temporary credentials, region and endpoint.</summary>
public sealed partial class WorkloadCredentials(ICloudCaller caller, LocalEndpoint endpoint)
{
    /// <summary>Temporary credentials of a role (<c>AccessKeyId</c>, <c>SecretAccessKey</c>, <c>SessionToken</c>, <c>Expiration</c>), good for an hour.</summary>
    /// <param name="session">Names the session in the caller's ARN; characters that a session name may not have are replaced.</param>
    /// <exception cref="AwsException">The role does not exist.</exception>
    public async Task<JsonObject> AssumeAsync(Scope scope, string roleArn, string session, CancellationToken cancelled = default)
    {
        var name = NotInSessionName().Replace(session, "-");
        var answer = await caller.CallAsync(scope, "sts", "AssumeRole", new JsonObject
        {
            ["RoleArn"] = roleArn,
            ["RoleSessionName"] = name.Length > 64 ? name[..64] : name.PadRight(2, '-'),
        }, cancelled);
        return answer.Object("Credentials")!;
    }

    /// <summary>Environment variables that let boto3, the AWS CLI and SDKs call this cloud as a role, and nothing else.</summary>
    /// <inheritdoc cref="AssumeAsync"/>
    public async Task<Dictionary<string, string>> EnvironmentAsync(Scope scope, string roleArn, string session, CancellationToken cancelled = default)
    {
        var credentials = await AssumeAsync(scope, roleArn, session, cancelled);
        return new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = credentials.Required("AccessKeyId"),
            ["AWS_SECRET_ACCESS_KEY"] = credentials.Required("SecretAccessKey"),
            ["AWS_SESSION_TOKEN"] = credentials.Required("SessionToken"),
            ["AWS_REGION"] = scope.Region,
            ["AWS_DEFAULT_REGION"] = scope.Region,
            ["AWS_ENDPOINT_URL"] = await endpoint.UrlAsync(cancelled),
            // The user's own profiles and an instance's role have no place in a workload.
            ["AWS_CONFIG_FILE"] = "/dev/null",
            ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
    }

    [GeneratedRegex(@"[^\w+=,.@-]")]
    private static partial Regex NotInSessionName();
}
