using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class ScalingPolicyType : ResourceType
{
    public override string Name => "AWS::ApplicationAutoScaling::ScalingPolicy";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>
    {
        "PolicyName", "PolicyType", "ResourceId", "ScalableDimension", "ScalingTargetId", "ServiceNamespace", "StepScalingPolicyConfiguration",
        "TargetTrackingScalingPolicyConfiguration",
    };

    public override IReadOnlyList<string> Attributes => ["Arn", "PolicyName"];

    public override string NameProperty => "PolicyName";

    // Policies of different targets may share a name.
    public override bool NameIsIdentity => false;

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var input = Target(call);
        input["PolicyNames"] = new JsonArray(call.Name);
        var found = await call.CallAsync("application-autoscaling", "DescribeScalingPolicies", input);
        return found.Objects("ScalingPolicies").FirstOrDefault()?.Text("PolicyARN") is { } arn
            ? new ResourceState(arn, new JsonObject { ["Arn"] = arn, ["PolicyName"] = call.Name }) : null;
    }

    public override Task CreateAsync(ResourceCall call)
    {
        var input = Target(call);
        foreach (var (name, value) in call.Properties.Pick("PolicyName", "PolicyType", "StepScalingPolicyConfiguration", "TargetTrackingScalingPolicyConfiguration"))
            input[name] = value.Copy();
        return call.CallAsync("application-autoscaling", "PutScalingPolicy", input);
    }

    public override Task UpdateAsync(ResourceCall call, JsonObject previous) => CreateAsync(call);

    public override Task DeleteAsync(ResourceCall call)
    {
        var input = Target(call);
        input["PolicyName"] = call.Name;
        return call.TryAsync("application-autoscaling", "DeleteScalingPolicy", input);
    }

    // The target is named by its parts, or by what Ref of a ScalableTarget gives.
    private static JsonObject Target(ResourceCall call)
    {
        if (call.Properties.Text("ScalingTargetId") is not { } id)
            return call.Properties.Pick("ResourceId", "ScalableDimension", "ServiceNamespace");
        return id.Split('|') is [var resource, var dimension, var space]
            ? new JsonObject { ["ResourceId"] = resource, ["ScalableDimension"] = dimension, ["ServiceNamespace"] = space }
            : throw new ResourceFailedException($"ScalingTargetId {id} does not name a scalable target.");
    }
}
