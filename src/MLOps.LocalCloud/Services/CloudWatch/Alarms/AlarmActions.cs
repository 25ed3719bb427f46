using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch.Alarms;

/// <summary>Tells of a changed alarm: on the event bus, and to the topics and functions that it names.</summary>
internal sealed class AlarmActions(ICloudCaller cloud, CloudEventBus bus, ILogger<AlarmActions> logger)
{
    public static IEnumerable<string> All(JsonObject alarm) =>
        alarm.Texts("OKActions").Concat(alarm.Texts("AlarmActions")).Concat(alarm.Texts("InsufficientDataActions"));

    public static bool IsOffered(string action) => action.Split(':') is ["arn", _, "sns" or "lambda", ..];

    public async Task TellAsync(Scope scope, JsonObject alarm, string before, CancellationToken cancelled)
    {
        var state = alarm.Required("StateValue");
        bus.Publish(new CloudEvent(scope, "aws.cloudwatch", "CloudWatch Alarm State Change", Detail(alarm, before), [alarm.Required("AlarmArn")]));
        if (alarm.Flag("ActionsEnabled") != true)
            return;
        foreach (var action in alarm.Texts(state switch { "ALARM" => "AlarmActions", "OK" => "OKActions", _ => "InsufficientDataActions" }))
        {
            try
            {
                await (action.Split(':')[2] == "sns" ? PublishAsync(scope, alarm, before, action, cancelled) : InvokeAsync(scope, alarm, before, action, cancelled));
            }
            catch (AwsException e)
            {
                logger.LogWarning("Alarm {Alarm} could not tell {Action}: {Code} {Message}", alarm.Text("AlarmName"), action, e.Code, e.Message);
            }
        }
    }

    private Task PublishAsync(Scope scope, JsonObject alarm, string before, string topic, CancellationToken cancelled)
    {
        var message = alarm.Pick("AlarmName", "AlarmDescription", "AlarmArn", "OKActions", "AlarmActions", "InsufficientDataActions");
        message["AWSAccountId"] = scope.Account;
        message["Region"] = scope.Region;
        message["NewStateValue"] = alarm.Text("StateValue");
        message["NewStateReason"] = alarm.Text("StateReason");
        message["OldStateValue"] = before;
        message["StateChangeTime"] = alarm.Time("StateUpdatedTimestamp")?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'");
        message["Trigger"] = alarm.Pick("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Unit", "Dimensions", "Period", "EvaluationPeriods",
            "DatapointsToAlarm", "ComparisonOperator", "Threshold", "TreatMissingData", "Metrics");
        var subject = $"{alarm.Text("StateValue")}: \"{alarm.Text("AlarmName")}\" in {scope.Region}";
        return cloud.CallAsync(scope, "sns", "Publish", new JsonObject
        {
            ["TopicArn"] = topic, ["Subject"] = subject.Length <= 100 ? subject : subject[..100], ["Message"] = message.ToJsonString(),
        }, cancelled);
    }

    private Task InvokeAsync(Scope scope, JsonObject alarm, string before, string function, CancellationToken cancelled) =>
        cloud.CallAsync(new OperationCall("lambda", "Invoke", scope, new JsonObject { ["FunctionName"] = function, ["InvocationType"] = "Event" })
        {
            Body = new MemoryStream(Encoding.UTF8.GetBytes(new JsonObject
            {
                ["source"] = "aws.cloudwatch", ["alarmArn"] = alarm.Text("AlarmArn"), ["accountId"] = scope.Account, ["region"] = scope.Region,
                ["time"] = alarm.Time("StateUpdatedTimestamp")?.ToString("o"), ["alarmData"] = Detail(alarm, before),
            }.ToJsonString())),
            Principal = scope.GlobalArn("iam", "root"), Cancelled = cancelled,
        });

    private static JsonObject Detail(JsonObject alarm, string before) => new()
    {
        ["alarmName"] = alarm.Text("AlarmName"),
        ["state"] = new JsonObject
        {
            ["value"] = alarm.Text("StateValue"), ["reason"] = alarm.Text("StateReason"), ["reasonData"] = alarm.Text("StateReasonData"),
            ["timestamp"] = alarm.Time("StateUpdatedTimestamp")?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'"),
        },
        ["previousState"] = new JsonObject { ["value"] = before },
        ["configuration"] = new JsonObject { ["description"] = alarm.Text("AlarmDescription") },
    };
}
