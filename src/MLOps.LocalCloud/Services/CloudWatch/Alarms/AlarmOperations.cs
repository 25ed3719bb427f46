using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.CloudWatch.MetricMath;

namespace MLOps.LocalCloud.Services.CloudWatch.Alarms;

/// <summary>PutMetricAlarm, DescribeAlarms and DeleteAlarms.</summary>
internal sealed class AlarmOperations(AlarmStore alarms, TimeProvider time) : IOperations
{
    private static readonly string[] Definition =
    [
        "AlarmName", "AlarmDescription", "OKActions", "AlarmActions", "InsufficientDataActions", "MetricName", "Namespace", "Statistic",
        "ExtendedStatistic", "Dimensions", "Period", "Unit", "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator",
        "TreatMissingData", "EvaluateLowSampleCountPercentile", "Metrics",
    ];

    private static readonly string[] Comparisons =
        ["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"];

    public void Map(OperationMap map) => map
        .On("cloudwatch", "PutMetricAlarm", Put)
        .On("cloudwatch", "DescribeAlarms", Describe)
        .On("cloudwatch", "DeleteAlarms", Delete);

    private JsonObject Put(OperationCall call)
    {
        var input = call.Input;
        Check(input);
        var now = time.GetUtcNow().ToEpoch();
        var name = input.Required("AlarmName");
        var alarm = input.Pick(Definition);
        alarm["AlarmArn"] = call.Scope.Arn("cloudwatch", "alarm:" + name);
        alarm["ActionsEnabled"] = input.Flag("ActionsEnabled") ?? true;
        alarm["AlarmConfigurationUpdatedTimestamp"] = now;
        // A changed alarm keeps its state until it is evaluated again.
        var before = alarms.Find(call.Scope, name);
        alarm["StateValue"] = before?.Text("StateValue") ?? "INSUFFICIENT_DATA";
        alarm["StateReason"] = before?.Text("StateReason") ?? "Unchecked: Initial alarm creation";
        foreach (var stamp in (string[])["StateUpdatedTimestamp", "StateTransitionedTimestamp"])
            alarm[stamp] = before?[stamp].Copy() ?? now;
        // Tags are given with the creation alone.
        alarm["Tags"] = before is null ? TagSet.List(input["Tags"]) : before["Tags"].Copy();
        alarms.Put(call.Scope, name, alarm);
        return [];
    }

    private static void Check(JsonObject input)
    {
        foreach (var member in (string[])["ThresholdMetricId", "EvaluationCriteria", "EvaluationInterval"])
            if (input.ContainsKey(member))
                throw CloudWatchErrors.Validation($"The local cloud does not offer alarms with {member}.");
        if (input.Whole("EvaluationPeriods") is not >= 1)
            throw CloudWatchErrors.Validation("The parameter EvaluationPeriods must be at least 1.");
        if (input.Whole("DatapointsToAlarm") is { } datapoints && (datapoints < 1 || datapoints > input.Whole("EvaluationPeriods")))
            throw CloudWatchErrors.Validation("The parameter DatapointsToAlarm must be between 1 and EvaluationPeriods.");
        if (input.Number("Threshold") is null)
            throw CloudWatchErrors.Validation("The parameter Threshold is required.");
        if (input.Text("ComparisonOperator") is not { } comparison || !Comparisons.Contains(comparison))
            throw CloudWatchErrors.Validation($"The parameter ComparisonOperator must be one of {string.Join(", ", Comparisons)}.");
        if (input.Text("TreatMissingData") is not (null or "missing" or "ignore" or "breaching" or "notBreaching"))
            throw CloudWatchErrors.Validation("The parameter TreatMissingData must be missing, ignore, breaching or notBreaching.");
        if (input.ContainsKey("Metrics"))
            CheckMetrics(input);
        else
            CheckMetric(input);
        foreach (var action in AlarmActions.All(input))
            if (!AlarmActions.IsOffered(action))
                throw CloudWatchErrors.Validation($"The local cloud does not offer the alarm action {action}: SNS topics and Lambda functions it does.");
    }

    private static void CheckMetric(JsonObject input)
    {
        foreach (var member in (string[])["MetricName", "Namespace", "Period"])
            if (!input.ContainsKey(member))
                throw CloudWatchErrors.Validation($"The parameter {member} is required where Metrics is not given.");
        if (input.ContainsKey("Statistic") == input.ContainsKey("ExtendedStatistic"))
            throw CloudWatchErrors.Validation("Exactly one of the parameters Statistic and ExtendedStatistic must be specified.");
        if (!Statistics.IsStatistic(input.Text("Statistic") ?? input.Required("ExtendedStatistic")))
            throw CloudWatchErrors.Validation($"The statistic {input.Text("ExtendedStatistic")} is not offered.");
        MetricMembers.Period(input.Whole("Period"), CloudWatchErrors.Validation);
    }

    private static void CheckMetrics(JsonObject input)
    {
        if (input.ContainsKey("MetricName") || input.ContainsKey("Namespace") || input.ContainsKey("Period"))
            throw CloudWatchErrors.Validation("The parameters MetricName, Namespace and Period cannot be combined with Metrics.");
        var metrics = input.Objects("Metrics").ToList();
        if (metrics.Count(m => m.Flag("ReturnData") ?? true) != 1)
            throw CloudWatchErrors.Validation("Exactly one element of the metrics list should return data.");
        foreach (var metric in metrics)
        {
            if (metric.Text("Expression") is { } expression)
                ExpressionParser.Parse(expression);
            else
                MetricMembers.Period(metric.Object("MetricStat")?.Whole("Period"), CloudWatchErrors.Validation);
        }
    }

    private JsonObject Describe(OperationCall call)
    {
        var input = call.Input;
        if (input.ContainsKey("ChildrenOfAlarmName") || input.ContainsKey("ParentsOfAlarmName"))
            throw CloudWatchErrors.Validation("The local cloud has no composite alarms.");
        var names = input.Texts("AlarmNames").ToHashSet();
        var (prefix, state, action) = (input.Text("AlarmNamePrefix"), input.Text("StateValue"), input.Text("ActionPrefix"));
        var types = input.Texts("AlarmTypes").ToList();
        var found = alarms.List(call.Scope).Where(a =>
            (types.Count == 0 || types.Contains("MetricAlarm"))
            && (names.Count == 0 || names.Contains(a.Required("AlarmName")))
            && (prefix is null || a.Required("AlarmName").StartsWith(prefix, StringComparison.Ordinal))
            && (state is null || a.Text("StateValue") == state)
            && (action is null || AlarmActions.All(a).Any(x => x.StartsWith(action, StringComparison.Ordinal))))
            .OrderBy(a => a.Required("AlarmName"), StringComparer.Ordinal).ToList();
        var (page, next) = Paging.Take(found, a => a.Required("AlarmName"), input.Text("NextToken"), input.Whole("MaxRecords") ?? 50,
            () => new AwsException("InvalidNextToken", "The next token specified is invalid."));
        return new JsonObject { ["MetricAlarms"] = page.Select(a => a.Copy()!).ToJson(), ["CompositeAlarms"] = new JsonArray(), ["NextToken"] = next };
    }

    private JsonObject Delete(OperationCall call)
    {
        var names = call.Input.Texts("AlarmNames").ToList();
        // All or none, as the API promises.
        if (names.Any(n => alarms.Find(call.Scope, n) is null))
            throw new AwsException("ResourceNotFound", "At least one of the alarms does not exist.", 404);
        foreach (var name in names)
            alarms.Remove(call.Scope, name);
        return [];
    }
}
