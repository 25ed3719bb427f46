using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>Registers, shows and deregisters what is scaled.</summary>
internal sealed class ScalableTargetOperations(ScalingStore store, PolicyAlarms alarms, ScalingEngine engine, ICloudCaller cloud, TimeProvider time) : IOperations
{
    private const string Service = "application-autoscaling";

    public void Map(OperationMap map) => map
        .On(Service, "RegisterScalableTarget", RegisterAsync)
        .On(Service, "DeregisterScalableTarget", DeregisterAsync)
        .On(Service, "DescribeScalableTargets", Describe);

    private async Task<OperationAnswer> RegisterAsync(OperationCall call)
    {
        var id = ScalableId.Of(call.Input).Check();
        var known = store.Targets.Find(call.Scope, id.Key);
        var least = call.Input.Whole("MinCapacity") ?? known?.Whole("MinCapacity") ?? throw AwsException.Validation("The parameter MinCapacity is required for a new scalable target.");
        var most = call.Input.Whole("MaxCapacity") ?? known?.Whole("MaxCapacity") ?? throw AwsException.Validation("The parameter MaxCapacity is required for a new scalable target.");
        if (least < 1)
            throw AwsException.Validation("Minimum capacity of a SageMaker variant must be at least 1.");
        if (least > most)
            throw AwsException.Validation("Maximum capacity cannot be less than minimum capacity.");
        await CheckVariantAsync(call, id);
        var target = known.Copy() ?? New(call.Scope, id);
        target["MinCapacity"] = least;
        target["MaxCapacity"] = most;
        if (call.Input.Text("RoleARN") is { } role)
            target["RoleARN"] = role;
        foreach (var (flag, value) in call.Input.Object("SuspendedState") ?? [])
            target["SuspendedState"]![flag] = value.Copy();
        store.Targets.Put(call.Scope, id.Key, target);
        engine.Wake();
        return new JsonObject { ["ScalableTargetARN"] = target.Text("ScalableTargetARN") };
    }

    private async Task<OperationAnswer> DeregisterAsync(OperationCall call)
    {
        var id = ScalableId.Of(call.Input);
        store.Target(call.Scope, id);
        await RemoveAsync(store, alarms, call.Scope, id);
        return OperationAnswer.Empty;
    }

    /// <summary>Removes a target with its policies and their alarms.</summary>
    internal static async Task RemoveAsync(ScalingStore store, PolicyAlarms alarms, Scope scope, ScalableId id)
    {
        foreach (var policy in store.PoliciesOf(scope, id))
        {
            await alarms.RemoveAsync(scope, policy);
            store.Policies.Remove(scope, ScalingStore.PolicyKey(id, policy.Required("PolicyName")));
        }
        store.Targets.Remove(scope, id.Key);
    }

    private JsonObject Describe(OperationCall call)
    {
        var input = call.Input;
        var resources = input.Texts("ResourceIds").ToHashSet();
        var found = store.Targets.List(call.Scope).Select(d => d.Value).Where(t =>
            t.Text("ServiceNamespace") == input.Text("ServiceNamespace")
            && (resources.Count == 0 || resources.Contains(t.Required("ResourceId")))
            && (input.Text("ScalableDimension") is not { } dimension || t.Text("ScalableDimension") == dimension)).ToList();
        return ScalingPages.Of(input, found, "ScalableTargets", t => ScalableId.Of(t).Key);
    }

    private async Task CheckVariantAsync(OperationCall call, ScalableId id)
    {
        var (endpoint, variant) = id.Variant;
        var described = await cloud.CallAsync(call.Scope, "sagemaker", "DescribeEndpoint", new JsonObject { ["EndpointName"] = endpoint }, call.Cancelled);
        var variants = described.Objects("ProductionVariants").Concat(described.Object("PendingDeploymentSummary")?.Objects("ProductionVariants") ?? []);
        if (variants.All(v => v.Text("VariantName") != variant))
            throw AwsException.Validation($"Variant {variant} not found for endpoint {endpoint}.");
    }

    private JsonObject New(Scope scope, ScalableId id)
    {
        var target = id.ToJson();
        target["CreationTime"] = time.GetUtcNow().ToEpoch();
        target["ScalableTargetARN"] = scope.Arn("application-autoscaling", $"scalable-target/{Guid.NewGuid():n}"[..43]);
        target["RoleARN"] = scope.GlobalArn("iam",
            "role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint");
        target["SuspendedState"] = new JsonObject
        {
            ["DynamicScalingInSuspended"] = false,
            ["DynamicScalingOutSuspended"] = false,
            ["ScheduledScalingSuspended"] = false,
        };
        return target;
    }
}
