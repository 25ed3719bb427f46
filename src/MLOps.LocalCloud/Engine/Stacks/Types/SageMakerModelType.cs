using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class SageMakerModelType : ResourceType
{
    public override string Name => "AWS::SageMaker::Model";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>
    {
        "ModelName", "PrimaryContainer", "Containers", "ExecutionRoleArn", "EnableNetworkIsolation", "InferenceExecutionConfig", "VpcConfig", "Tags",
    };

    public override IReadOnlyList<string> Attributes => ["ModelName", "ModelArn"];

    public override string NameProperty => "ModelName";

    public override PhysicalNameRule NameRule => new(63);

    public override async Task<ResourceState?> FindAsync(ResourceCall call) =>
        await call.TryAsync("sagemaker", "DescribeModel", new JsonObject { ["ModelName"] = call.Name }) is { } model
            ? new ResourceState(model.Required("ModelArn"), model.Pick("ModelName", "ModelArn")) : null;

    public override Task CreateAsync(ResourceCall call)
    {
        var input = (JsonObject)call.Properties.DeepClone();
        input["ModelName"] = call.Name;
        foreach (var container in input.Objects("Containers").Append(input.Object("PrimaryContainer")).OfType<JsonObject>())
            if (container.ContainsKey("Environment"))
                container["Environment"] = Shapes.Map(container["Environment"]);
        return call.CallAsync("sagemaker", "CreateModel", input);
    }

    public override Task UpdateAsync(ResourceCall call, JsonObject previous) => SageMakerTags.UpdateAsync(call, previous);

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("sagemaker", "DeleteModel", new JsonObject { ["ModelName"] = call.Name });
}
