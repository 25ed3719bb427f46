using System.Globalization;
using Amazon.CloudWatch;
using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;
using Alarms = Amazon.CloudWatch.Model;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Endpoints;

/// <inheritdoc/>
internal sealed class DeploymentReader(ICloudClients clients) : IDeploymentReader
{
    private const int Most = 100;

    public async Task<DeploymentChoices> ChoicesAsync(string connection, string endpoint, CancellationToken cancelled = default)
    {
        var configs = await clients.Get<IAmazonSageMaker>(connection).ListEndpointConfigsAsync(
            new Aws.ListEndpointConfigsRequest { MaxResults = Most, SortBy = EndpointConfigSortKey.CreationTime, SortOrder = OrderKey.Descending }, cancelled);
        var alarms = await clients.Get<IAmazonCloudWatch>(connection).DescribeAlarmsAsync(
            new Alarms.DescribeAlarmsRequest { MaxRecords = Most, AlarmTypes = ["MetricAlarm"] }, cancelled);
        return new DeploymentChoices(
            configs.EndpointConfigs.OrEmpty().Select(c => new EndpointConfigSummary(c.EndpointConfigName, c.CreationTime.Time() ?? default)).ToValueList(),
            alarms.MetricAlarms.OrEmpty()
                // Scaling's own alarms ring whenever traffic falls: they say nothing about a deployment.
                .Where(a => !a.AlarmName.StartsWith("TargetTracking-", StringComparison.Ordinal))
                .Select(a => Alarm(a, endpoint)).OrderByDescending(a => a.IsOfEndpoint).ThenBy(a => a.Name, StringComparer.Ordinal).ToValueList());
    }

    public async Task<string> GuardAsync(string connection, string endpoint, string variant, GuardKind kind, double threshold, CancellationToken cancelled = default)
    {
        var name = IDeploymentReader.GuardName(endpoint, variant, kind);
        await clients.Get<IAmazonCloudWatch>(connection).PutMetricAlarmAsync(new Alarms.PutMetricAlarmRequest
        {
            AlarmName = name,
            AlarmDescription = $"Takes back a deployment of {endpoint}: made by MLOps Portal.",
            Namespace = "AWS/SageMaker",
            MetricName = kind == GuardKind.Errors ? "Invocation5XXErrors" : "ModelLatency",
            Dimensions = [new() { Name = "EndpointName", Value = endpoint }, new() { Name = "VariantName", Value = variant }],
            Statistic = kind == GuardKind.Errors ? Statistic.Sum : null,
            ExtendedStatistic = kind == GuardKind.Errors ? null : "p99",
            Period = 60,
            EvaluationPeriods = 1,
            // SageMaker measures latency in microseconds.
            Threshold = kind == GuardKind.Errors ? threshold : threshold * 1000,
            ComparisonOperator = ComparisonOperator.GreaterThanThreshold,
            TreatMissingData = "notBreaching",
        }, cancelled);
        return name;
    }

    private static AlarmSummary Alarm(Alarms.MetricAlarm a, string endpoint) => new(
        a.AlarmName, a.StateValue.Word(),
        string.IsNullOrEmpty(a.MetricName)
            ? "An expression over several metrics"
            : string.Create(CultureInfo.InvariantCulture, $"{a.Statistic.Word()}{a.ExtendedStatistic} of {a.MetricName} {Sign(a.ComparisonOperator)} {a.Threshold} over {a.EvaluationPeriods} × {a.Period} s"))
    {
        Changed = a.AlarmConfigurationUpdatedTimestamp.Time(),
        IsOfEndpoint = a.Dimensions.OrEmpty().Any(d => d.Name == "EndpointName" && d.Value == endpoint),
    };

    private static string Sign(ComparisonOperator? comparison) => comparison.Word() switch
    {
        "GreaterThanThreshold" => ">",
        "GreaterThanOrEqualToThreshold" => "≥",
        "LessThanThreshold" => "<",
        "LessThanOrEqualToThreshold" => "≤",
        var other => other,
    };
}
