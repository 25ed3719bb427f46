using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

/// <summary>An endpoint; it is complete when it is in service with the configuration that was asked for.</summary>
internal sealed class SageMakerEndpointType : ResourceType
{
    private static readonly HashSet<string> Busy = ["Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"];

    public override string Name => "AWS::SageMaker::Endpoint";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>
    {
        "EndpointName", "EndpointConfigName", "DeploymentConfig", "ExcludeRetainedVariantProperties", "RetainAllVariantProperties", "RetainDeploymentConfig", "Tags",
    };

    public override IReadOnlyList<string> Attributes => ["EndpointName", "EndpointArn"];

    public override string NameProperty => "EndpointName";

    public override PhysicalNameRule NameRule => new(63);

    public override async Task<ResourceState?> FindAsync(ResourceCall call) =>
        await DescribeAsync(call) is { } endpoint ? new ResourceState(endpoint.Required("EndpointArn"), endpoint.Pick("EndpointName", "EndpointArn")) : null;

    public override Task CreateAsync(ResourceCall call)
    {
        var input = call.Properties.Pick("EndpointConfigName", "DeploymentConfig", "Tags");
        input["EndpointName"] = call.Name;
        return call.CallAsync("sagemaker", "CreateEndpoint", input);
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        // An endpoint takes one change at a time: scaling may be at work, or the change that is being taken back.
        await call.UntilAsync("aws.sagemaker", async () => !Busy.Contains((await DescribeAsync(call))?.Text("EndpointStatus") ?? ""));
        await SageMakerTags.UpdateAsync(call, previous);
        if (Wanted(call) == (await DescribeAsync(call))?.Text("EndpointConfigName"))
            return;
        var input = call.Properties.Pick("EndpointConfigName", "DeploymentConfig", "ExcludeRetainedVariantProperties", "RetainAllVariantProperties", "RetainDeploymentConfig");
        input["EndpointName"] = call.Name;
        await call.CallAsync("sagemaker", "UpdateEndpoint", input);
    }

    public override Task SettleAsync(ResourceCall call) => call.UntilAsync("aws.sagemaker", async () =>
    {
        var endpoint = await DescribeAsync(call) ?? throw new ResourceFailedException($"The endpoint {call.Name} was removed meanwhile.");
        var status = endpoint.Required("EndpointStatus");
        if (Busy.Contains(status))
            return false;
        if (status != "InService")
            throw new ResourceFailedException(endpoint.Text("FailureReason") ?? $"The endpoint {call.Name} is {status}.");
        // A change that failed leaves the endpoint in service as it was.
        return endpoint.Text("EndpointConfigName") == Wanted(call) ? true
            : throw new ResourceFailedException(endpoint.Text("FailureReason") ?? $"The endpoint {call.Name} went back to its earlier configuration.");
    });

    public override Task DeleteAsync(ResourceCall call)
    {
        var tried = "";
        return call.UntilAsync("aws.sagemaker", async () =>
        {
            if (await DescribeAsync(call) is not { } endpoint)
                return true;
            var status = endpoint.Required("EndpointStatus");
            if (status == "Deleting" || status == tried)
                return false;
            tried = status;
            try
            {
                await call.TryAsync("sagemaker", "DeleteEndpoint", new JsonObject { ["EndpointName"] = call.Name });
            }
            catch (AwsException e) when (e.Code == "ValidationException" && Busy.Contains(status))
            {
                // Asked again as soon as it has come to rest.
            }
            return false;
        });
    }

    private static Task<JsonObject?> DescribeAsync(ResourceCall call) =>
        call.TryAsync("sagemaker", "DescribeEndpoint", new JsonObject { ["EndpointName"] = call.Name });

    private static string Wanted(ResourceCall call) => call.Properties.Required("EndpointConfigName").Split('/')[^1];
}
