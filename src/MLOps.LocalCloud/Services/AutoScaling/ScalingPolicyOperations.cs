using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>Puts, shows and deletes target tracking policies; shows what scaling did.</summary>
internal sealed class ScalingPolicyOperations(ScalingStore store, PolicyAlarms alarms, ScalingEngine engine, TimeProvider time) : IOperations
{
    private const string Service = "application-autoscaling";

    public void Map(OperationMap map) => map
        .On(Service, "PutScalingPolicy", PutAsync)
        .On(Service, "DeleteScalingPolicy", DeleteAsync)
        .On(Service, "DescribeScalingPolicies", Describe)
        .On(Service, "DescribeScalingActivities", DescribeActivities);

    private async Task<OperationAnswer> PutAsync(OperationCall call)
    {
        var id = ScalableId.Of(call.Input).Check();
        var name = call.Input.Required("PolicyName");
        store.Target(call.Scope, id);
        Check(call.Input);
        var key = ScalingStore.PolicyKey(id, name);
        var known = store.Policies.Find(call.Scope, key);
        var policy = id.ToJson();
        policy["PolicyName"] = name;
        policy["PolicyType"] = "TargetTrackingScaling";
        policy["TargetTrackingScalingPolicyConfiguration"] = call.Input["TargetTrackingScalingPolicyConfiguration"].Copy();
        policy["CreationTime"] = known?["CreationTime"].Copy() ?? time.GetUtcNow().ToEpoch();
        policy["PolicyARN"] = known?.Text("PolicyARN") ??
            call.Scope.Arn("autoscaling", $"scalingPolicy:{Guid.NewGuid()}:resource/{id.Namespace}/{id.Resource}:policyName/{name}");
        policy["Alarms"] = await alarms.PutAsync(call.Scope, id, policy);
        store.Policies.Put(call.Scope, key, policy);
        engine.Wake();
        return policy.Pick("PolicyARN", "Alarms");
    }

    private async Task<OperationAnswer> DeleteAsync(OperationCall call)
    {
        var id = ScalableId.Of(call.Input);
        var name = call.Input.Required("PolicyName");
        var policy = store.Policies.Find(call.Scope, ScalingStore.PolicyKey(id, name)) ?? throw ScalingErrors.NoPolicy(id, name);
        await alarms.RemoveAsync(call.Scope, policy);
        store.Policies.Remove(call.Scope, ScalingStore.PolicyKey(id, name));
        return OperationAnswer.Empty;
    }

    private JsonObject Describe(OperationCall call)
    {
        var names = call.Input.Texts("PolicyNames").ToHashSet();
        var found = store.Policies.List(call.Scope).Select(d => d.Value)
            .Where(p => Matches(call.Input, p) && (names.Count == 0 || names.Contains(p.Required("PolicyName")))).ToList();
        return ScalingPages.Of(call.Input, found, "ScalingPolicies", p => p.Required("PolicyARN"));
    }

    private JsonObject DescribeActivities(OperationCall call)
    {
        var found = store.Activities.List(call.Scope).Select(d => d.Value).Where(a => Matches(call.Input, a)).Reverse().ToList();
        return ScalingPages.Of(call.Input, found, "ScalingActivities", a => a.Required("ActivityId"));
    }

    private static bool Matches(JsonObject input, JsonObject item) =>
        ((string[])["ServiceNamespace", "ResourceId", "ScalableDimension"]).All(m => input.Text(m) is not { } wanted || item.Text(m) == wanted);

    private static void Check(JsonObject input)
    {
        if (input.Text("PolicyType") is not "TargetTrackingScaling")
            throw ScalingErrors.NotOffered($"the policy type {input.Text("PolicyType") ?? "StepScaling"}; use TargetTrackingScaling");
        var tracking = input.Object("TargetTrackingScalingPolicyConfiguration") ??
            throw AwsException.Validation("TargetTrackingScalingPolicyConfiguration is required for the policy type TargetTrackingScaling.");
        if (!(tracking.Number("TargetValue") > 0))
            throw AwsException.Validation("TargetValue must be greater than 0.");
        var (predefined, customized) = (tracking.Object("PredefinedMetricSpecification"), tracking.Object("CustomizedMetricSpecification"));
        if ((predefined is null) == (customized is null))
            throw AwsException.Validation("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.");
        if (predefined is not null && predefined.Text("PredefinedMetricType") != "SageMakerVariantInvocationsPerInstance")
            throw ScalingErrors.NotOffered($"the predefined metric {predefined.Text("PredefinedMetricType")} for a SageMaker variant; SageMakerVariantInvocationsPerInstance it does");
        if (customized is not null)
            CheckCustomized(customized);
    }

    private static void CheckCustomized(JsonObject metric)
    {
        if (metric["Metrics"] is not null)
            throw ScalingErrors.NotOffered("metric math in a scaling policy");
        foreach (var member in (string[])["MetricName", "Namespace", "Statistic"])
            if (metric.Text(member) is null)
                throw AwsException.Validation($"CustomizedMetricSpecification needs {member}.");
        if (metric.Text("Statistic") is "Minimum" or "Maximum")
            throw ScalingErrors.NotOffered($"the statistic {metric.Text("Statistic")} in a scaling policy; Average, Sum and SampleCount it does");
    }
}
