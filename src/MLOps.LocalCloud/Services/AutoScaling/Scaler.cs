using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>Decides for one scalable target at a time, and carries it out through SageMaker's API.</summary>
internal sealed class Scaler(ScalingStore store, PolicyAlarms alarms, ICloudCaller cloud, IMetricStore metrics, TimeProvider time)
{
    /// <summary>Metrics arrive a moment after what they measure.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(Scope, ScalableId), DateTimeOffset> evaluated = new();

    public async Task LookAfterAsync(Scope scope, ScalableId id, CancellationToken cancelled)
    {
        var (endpointName, variantName) = id.Variant;
        JsonObject endpoint;
        try
        {
            endpoint = await cloud.CallAsync(scope, "sagemaker", "DescribeEndpoint", new JsonObject { ["EndpointName"] = endpointName }, cancelled);
        }
        catch (AwsException e) when (e.Code == "ValidationException")
        {
            await ScalableTargetOperations.RemoveAsync(store, alarms, scope, id); // what was scaled is gone
            return;
        }
        if (endpoint.Text("EndpointStatus") != "InService" || endpoint.Objects("ProductionVariants").FirstOrDefault(v => v.Text("VariantName") == variantName) is not { } variant)
            return;
        var capacity = variant.Whole("DesiredInstanceCount") ?? 1;
        Finish(scope, id, capacity, endpoint.Text("FailureReason"));
        if (store.Targets.Find(scope, id.Key) is not { } target)
            return;
        var (wanted, cause) = Bounds(target, capacity) ?? Policies(scope, id, target, capacity);
        if (wanted != capacity)
            await ScaleAsync(scope, id, wanted, cause, cancelled);
    }

    private static (int, string)? Bounds(JsonObject target, int capacity)
    {
        var (least, most) = (target.Whole("MinCapacity")!.Value, target.Whole("MaxCapacity")!.Value);
        return capacity < least ? (least, $"minimum capacity was set to {least}") : capacity > most ? (most, $"maximum capacity was set to {most}") : null;
    }

    /// <summary>The largest capacity that a policy asks for, and why; the present one where none asks for a change.</summary>
    private (int Wanted, string Cause) Policies(Scope scope, ScalableId id, JsonObject target, int capacity)
    {
        var end = PeriodEnd();
        if (evaluated.TryGetValue((scope, id), out var last) && last == end)
            return (capacity, "");
        evaluated[(scope, id)] = end;
        var asked = store.PoliciesOf(scope, id).Select(p => (Policy: p, Wanted: Allowed(scope, id, target, p, capacity, Desired(scope, id, p, capacity, end)))).ToList();
        if (asked.Count == 0 || asked.Max(a => a.Wanted) is var wanted && wanted == capacity)
            return (capacity, "");
        var policy = asked.First(a => a.Wanted == wanted).Policy;
        var alarm = policy.Objects("Alarms").Select(a => a.Required("AlarmName")).First(a => a.Contains(wanted > capacity ? "-AlarmHigh-" : "-AlarmLow-", StringComparison.Ordinal));
        return (wanted, $"monitor alarm {alarm} in state ALARM triggered policy {policy.Text("PolicyName")}");
    }

    private int Desired(Scope scope, ScalableId id, JsonObject policy, int capacity, DateTimeOffset end)
    {
        var tracking = policy.Object("TargetTrackingScalingPolicyConfiguration")!;
        var values = TrackedMetric.Of(id, tracking).Read(metrics, scope, end, alarms.Period, TargetTracking.PeriodsIn);
        // What was before the policy, and before the capacity last changed, says nothing about it.
        var since = Math.Max(policy.Number("CreationTime") ?? 0, Last(scope, id, _ => true));
        var known = (int)Math.Max(0, Math.Floor((end.ToEpoch() - since) / alarms.Period.TotalSeconds));
        return TargetTracking.Desired([.. values.Take(known)], tracking.Number("TargetValue")!.Value, capacity);
    }

    /// <summary>What bounds, cooldowns and suspensions leave of a wish.</summary>
    private int Allowed(Scope scope, ScalableId id, JsonObject target, JsonObject policy, int capacity, int wanted)
    {
        wanted = Math.Clamp(wanted, target.Whole("MinCapacity")!.Value, target.Whole("MaxCapacity")!.Value);
        if (wanted == capacity)
            return capacity;
        var outwards = wanted > capacity;
        var tracking = policy.Object("TargetTrackingScalingPolicyConfiguration")!;
        if (target.Object("SuspendedState")?.Flag(outwards ? "DynamicScalingOutSuspended" : "DynamicScalingInSuspended") == true)
            return capacity;
        if (!outwards && tracking.Flag("DisableScaleIn") == true)
            return capacity;
        // AWS's default for SageMaker's variants is 300 s both ways.
        var cooldown = tracking.Number(outwards ? "ScaleOutCooldown" : "ScaleInCooldown") ?? 300;
        var before = Last(scope, id, a => a.Flag("Outwards") == outwards && a.Flag("ByPolicy") == true);
        return time.GetUtcNow().ToEpoch() - before < cooldown ? capacity : wanted;
    }

    /// <summary>When the last activity of a kind began, in seconds since 1970; 0 where there was none.</summary>
    private double Last(Scope scope, ScalableId id, Func<JsonObject, bool> kind) =>
        store.ActivitiesOf(scope, id).LastOrDefault(a => kind(a.Value))?.Value.Number("StartTime") ?? 0;

    private async Task ScaleAsync(Scope scope, ScalableId id, int wanted, string cause, CancellationToken cancelled)
    {
        var (endpoint, variant) = id.Variant;
        var present = await cloud.CallAsync(scope, "sagemaker", "DescribeEndpoint", new JsonObject { ["EndpointName"] = endpoint }, cancelled);
        var capacity = present.Objects("ProductionVariants").First(v => v.Text("VariantName") == variant).Whole("DesiredInstanceCount");
        await cloud.CallAsync(scope, "sagemaker", "UpdateEndpointWeightsAndCapacities", new JsonObject
        {
            ["EndpointName"] = endpoint,
            ["DesiredWeightsAndCapacities"] = new JsonArray(new JsonObject { ["VariantName"] = variant, ["DesiredInstanceCount"] = wanted }),
        }, cancelled);
        var activity = id.ToJson();
        activity["ActivityId"] = Guid.NewGuid().ToString();
        activity["Description"] = $"Setting desired instance count to {wanted}.";
        activity["Cause"] = cause;
        activity["StartTime"] = time.GetUtcNow().ToEpoch();
        activity["StatusCode"] = "InProgress";
        activity["StatusMessage"] = $"Successfully set desired instance count to {wanted}. Waiting for change to be fulfilled by sagemaker.";
        activity["Capacity"] = wanted;
        activity["Outwards"] = wanted > capacity;
        activity["ByPolicy"] = cause.StartsWith("monitor", StringComparison.Ordinal);
        store.Add(scope, id, activity);
    }

    /// <summary>Ends the activities that SageMaker has carried out or given up.</summary>
    private void Finish(Scope scope, ScalableId id, int capacity, string? failure)
    {
        foreach (var open in store.ActivitiesOf(scope, id).Where(a => a.Value.Text("StatusCode") == "InProgress"))
            store.Activities.Update(scope, open.Key, activity =>
            {
                var wanted = activity.Whole("Capacity");
                var done = wanted == capacity;
                activity["EndTime"] = time.GetUtcNow().ToEpoch();
                activity["StatusCode"] = done ? "Successful" : failure is null ? "Overridden" : "Failed";
                activity["StatusMessage"] = done
                    ? $"Successfully set desired instance count to {wanted}. Change successfully fulfilled by sagemaker."
                    : failure is null ? $"The desired instance count was changed to {capacity} by another request." : $"Failed to set desired instance count to {wanted}. {failure}";
            });
    }

    private DateTimeOffset PeriodEnd()
    {
        var now = (time.GetUtcNow() - Lag).ToUnixTimeSeconds();
        var period = (long)alarms.Period.TotalSeconds;
        return DateTimeOffset.FromUnixTimeSeconds(now - (now % period));
    }
}
