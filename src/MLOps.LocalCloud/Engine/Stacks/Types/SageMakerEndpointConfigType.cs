using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class SageMakerEndpointConfigType : ResourceType
{
    public override string Name => "AWS::SageMaker::EndpointConfig";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>
    {
        "EndpointConfigName", "ProductionVariants", "ShadowProductionVariants", "DataCaptureConfig", "AsyncInferenceConfig", "ExplainerConfig",
        "ExecutionRoleArn", "EnableNetworkIsolation", "KmsKeyId", "VpcConfig", "Tags",
    };

    public override IReadOnlyList<string> Attributes => ["EndpointConfigName", "Id"];

    public override string NameProperty => "EndpointConfigName";

    public override PhysicalNameRule NameRule => new(63);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        if (await call.TryAsync("sagemaker", "DescribeEndpointConfig", new JsonObject { ["EndpointConfigName"] = call.Name }) is not { } config)
            return null;
        var arn = config.Required("EndpointConfigArn");
        return new ResourceState(arn, new JsonObject { ["EndpointConfigName"] = call.Name, ["Id"] = arn });
    }

    public override Task CreateAsync(ResourceCall call)
    {
        var input = (JsonObject)call.Properties.DeepClone();
        input["EndpointConfigName"] = call.Name;
        return call.CallAsync("sagemaker", "CreateEndpointConfig", input);
    }

    public override Task UpdateAsync(ResourceCall call, JsonObject previous) => SageMakerTags.UpdateAsync(call, previous);

    public override Task DeleteAsync(ResourceCall call) =>
        call.TryAsync("sagemaker", "DeleteEndpointConfig", new JsonObject { ["EndpointConfigName"] = call.Name });
}
