using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMaker.Resources;

/// <summary>Checks that a role can be handed to SageMaker.</summary>
internal sealed class Roles(ICloudCaller cloud)
{
    /// <exception cref="AwsException">The role does not exist, or does not trust SageMaker.</exception>
    public async Task CheckAsync(OperationCall call, string arn)
    {
        var refused = AwsException.Validation(
            $"Could not assume role {arn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.");
        if (arn.Split(':') is not [_, _, "iam", _, var account, ..] || account != call.Scope.Account)
            throw refused;
        try
        {
            var answer = await cloud.CallAsync(call.Scope, "iam", "GetRole", new JsonObject { ["RoleName"] = arn[(arn.LastIndexOf('/') + 1)..] }, call.Cancelled);
            var trust = Uri.UnescapeDataString(answer.Object("Role")!.Text("AssumeRolePolicyDocument") ?? "");
            if (answer.Object("Role")!.Text("Arn") != arn || !trust.Contains("sagemaker.amazonaws.com", StringComparison.Ordinal))
                throw refused;
        }
        catch (AwsException e) when (e.Code is "NoSuchEntity" or "NoSuchEntityException")
        {
            throw refused;
        }
    }
}
