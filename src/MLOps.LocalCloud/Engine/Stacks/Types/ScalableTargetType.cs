using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class ScalableTargetType : ResourceType
{
    public override string Name => "AWS::ApplicationAutoScaling::ScalableTarget";

    public override IReadOnlySet<string> Supported { get; } =
        new HashSet<string> { "MaxCapacity", "MinCapacity", "ResourceId", "RoleARN", "ScalableDimension", "ServiceNamespace", "SuspendedState" };

    public override IReadOnlyList<string> Attributes => ["Id"];

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var found = await call.CallAsync("application-autoscaling", "DescribeScalableTargets", new JsonObject
        {
            ["ServiceNamespace"] = call.Properties.Text("ServiceNamespace"),
            ["ResourceIds"] = new JsonArray(call.Properties.Text("ResourceId")),
            ["ScalableDimension"] = call.Properties.Text("ScalableDimension"),
        });
        if (!found.Objects("ScalableTargets").Any())
            return null;
        var id = string.Join('|', call.Properties.Text("ResourceId"), call.Properties.Text("ScalableDimension"), call.Properties.Text("ServiceNamespace"));
        return new ResourceState(id, new JsonObject { ["Id"] = id });
    }

    public override Task CreateAsync(ResourceCall call) => call.CallAsync("application-autoscaling", "RegisterScalableTarget", (JsonObject)call.Properties.DeepClone());

    public override Task UpdateAsync(ResourceCall call, JsonObject previous) => CreateAsync(call);

    public override Task DeleteAsync(ResourceCall call) =>
        call.TryAsync("application-autoscaling", "DeregisterScalableTarget", call.Properties.Pick("ServiceNamespace", "ResourceId", "ScalableDimension"));
}
