using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>
/// The two CloudWatch alarms that show where a target tracking policy stands. They have no actions: the engine evaluates
/// the same metric over the same periods itself.
/// </summary>
internal sealed class PolicyAlarms(ICloudCaller cloud, IOptions<LocalCloudOptions> options)
{
    /// <summary>CloudWatch has periods of 10 and 30 seconds and of whole minutes.</summary>
    public TimeSpan Period { get; } = TimeSpan.FromSeconds(options.Value.ScalingPeriodSeconds switch
    {
        <= 10 => 10,
        <= 30 => 30,
        var seconds => 60 * (int)Math.Ceiling(seconds / 60.0),
    });

    /// <summary>Puts a policy's alarms; answers its <c>Alarms</c>.</summary>
    public async Task<JsonArray> PutAsync(Scope scope, ScalableId id, JsonObject policy)
    {
        var tracking = policy.Object("TargetTrackingScalingPolicyConfiguration")!;
        var target = tracking.Number("TargetValue")!.Value;
        var unique = policy.Required("PolicyARN").Split(':')[6];
        var high = await PutAsync(scope, id, policy, $"AlarmHigh-{unique}", "GreaterThanThreshold", TargetTracking.PeriodsOut, target);
        if (tracking.Flag("DisableScaleIn") == true)
            return [high];
        return [high, await PutAsync(scope, id, policy, $"AlarmLow-{unique}", "LessThanThreshold", TargetTracking.PeriodsIn, target * TargetTracking.LowerShare)];
    }

    public async Task RemoveAsync(Scope scope, JsonObject policy)
    {
        foreach (var alarm in policy.Objects("Alarms"))
        {
            try
            {
                await cloud.CallAsync(scope, "cloudwatch", "DeleteAlarms", new JsonObject { ["AlarmNames"] = new JsonArray(alarm["AlarmName"].Copy()) });
            }
            catch (AwsException e) when (e.Code.StartsWith("ResourceNotFound", StringComparison.Ordinal))
            {
                // Somebody deleted it by hand.
            }
        }
    }

    private async Task<JsonObject> PutAsync(Scope scope, ScalableId id, JsonObject policy, string kind, string comparison, int periods, double threshold)
    {
        var name = $"TargetTracking-{id.Resource}-{kind}";
        var metric = TrackedMetric.Of(id, policy.Object("TargetTrackingScalingPolicyConfiguration")!);
        await cloud.CallAsync(scope, "cloudwatch", "PutMetricAlarm", new JsonObject
        {
            ["AlarmName"] = name,
            ["AlarmDescription"] = $"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.Text("PolicyARN")}.",
            ["Namespace"] = metric.Namespace,
            ["MetricName"] = metric.Name,
            ["Dimensions"] = metric.Dimensions.Select(d => new JsonObject { ["Name"] = d.Name, ["Value"] = d.Value }).ToJson(),
            ["Statistic"] = metric.Statistic,
            ["Period"] = (int)Period.TotalSeconds,
            ["EvaluationPeriods"] = periods,
            ["Threshold"] = metric.IsRate ? threshold * (Period / TimeSpan.FromMinutes(1)) : threshold,
            ["ComparisonOperator"] = comparison,
            ["TreatMissingData"] = !metric.MissingIsZero ? "missing" : comparison == "LessThanThreshold" ? "breaching" : "notBreaching",
        });
        return new JsonObject { ["AlarmName"] = name, ["AlarmARN"] = scope.Arn("cloudwatch", $"alarm:{name}") };
    }
}
