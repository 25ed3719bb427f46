using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class CloudWatchAlarmType : ResourceType
{
    public override string Name => "AWS::CloudWatch::Alarm";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>
    {
        "ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmName", "ComparisonOperator", "DatapointsToAlarm", "Dimensions", "EvaluateLowSampleCountPercentile",
        "EvaluationPeriods", "ExtendedStatistic", "InsufficientDataActions", "MetricName", "Metrics", "Namespace", "OKActions", "Period", "Statistic", "Tags",
        "Threshold", "ThresholdMetricId", "TreatMissingData", "Unit",
    };

    private static readonly TagCalls Tagging = new("cloudwatch", "ResourceARN");

    public override IReadOnlyList<string> Attributes => ["Arn"];

    public override string NameProperty => "AlarmName";

    public override PhysicalNameRule NameRule => new(255);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var name = call.PhysicalId ?? call.Name;
        var found = await call.CallAsync("cloudwatch", "DescribeAlarms", new JsonObject { ["AlarmNames"] = new JsonArray(name) });
        return found.Objects("MetricAlarms").FirstOrDefault() is { } alarm
            ? new ResourceState(name, new JsonObject { ["Arn"] = alarm.Text("AlarmArn") }) : null;
    }

    public override Task CreateAsync(ResourceCall call)
    {
        var input = (JsonObject)call.Properties.DeepClone();
        input["AlarmName"] = call.Name;
        return call.CallAsync("cloudwatch", "PutMetricAlarm", input);
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        await Tagging.UpdateAsync(call, call.Scope.Arn("cloudwatch", $"alarm:{call.PhysicalId}"), previous);
        await CreateAsync(call);
    }

    public override Task DeleteAsync(ResourceCall call) =>
        call.TryAsync("cloudwatch", "DeleteAlarms", new JsonObject { ["AlarmNames"] = new JsonArray(call.PhysicalId) });
}
