using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Data;

public sealed class TelemetryTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    [Fact]
    public async Task Boto3_LogEvents_AreWrittenPagedAndFiltered()
    {
        var run = await cloud.PythonAsync("""
            import time
            logs = client("logs")
            logs.create_log_group(logGroupName="/aws/test")
            logs.put_retention_policy(logGroupName="/aws/test", retentionInDays=7)
            logs.create_log_stream(logGroupName="/aws/test", logStreamName="job/algo-1")
            now = int(time.time() * 1000)
            logs.put_log_events(logGroupName="/aws/test", logStreamName="job/algo-1",
                logEvents=[{"timestamp": now + i, "message": f"{'ERROR' if i % 5 == 0 else 'INFO'} line {i} ü"} for i in range(100)])
            seen, token = [], None
            while True:
                page = logs.get_log_events(logGroupName="/aws/test", logStreamName="job/algo-1", startFromHead=True, limit=30, **({"nextToken": token} if token else {}))
                seen += [e["message"] for e in page["events"]]
                if page["nextForwardToken"] == token:
                    break
                token = page["nextForwardToken"]
            assert len(seen) == 100 and seen[99] == "INFO line 99 ü", seen[-1:]
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName="/aws/test", filterPattern="ERROR", PaginationConfig={"PageSize": 7})
            assert sum(len(p["events"]) for p in pages) == 20
            group = logs.describe_log_groups(logGroupNamePrefix="/aws/")["logGroups"][0]
            assert group["retentionInDays"] == 7 and group["storedBytes"] > 100 * 26, group
            assert logs.describe_log_streams(logGroupName="/aws/test", orderBy="LastEventTime", descending=True)["logStreams"][0]["lastEventTimestamp"] == now + 99
            codes = []
            for call, arguments in ((logs.get_log_events, {"logGroupName": "/no", "logStreamName": "x"}), (logs.create_log_group, {"logGroupName": "/aws/test"}),
                                    (logs.filter_log_events, {"logGroupName": "/aws/test", "filterPattern": "{ $.x"}), (logs.put_retention_policy, {"logGroupName": "/aws/test", "retentionInDays": 2})):
                try:
                    call(**arguments)
                except ClientError as e:
                    codes.append(e.response["Error"]["Code"])
            assert codes == ["ResourceNotFoundException", "ResourceAlreadyExistsException", "InvalidParameterException", "InvalidParameterException"], codes
            logs.delete_log_group(logGroupName="/aws/test")
            """);
        run.Succeeded();
    }

    [Fact]
    public async Task Boto3_Metrics_AreReckonedAndAlarmsKeepTheirDefinition()
    {
        var run = await cloud.PythonAsync("""
            import datetime
            cw = client("cloudwatch")
            end = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
            start = end - datetime.timedelta(minutes=10)
            dimensions = [{"Name": "Model", "Value": "iris"}]
            for minute in range(10):
                cw.put_metric_data(Namespace="app", MetricData=[
                    {"MetricName": "calls", "Dimensions": dimensions, "Value": minute + 1, "Unit": "Count", "Timestamp": start + datetime.timedelta(minutes=minute)},
                    {"MetricName": "latency", "Dimensions": dimensions, "Values": [10.0, 20.0, 1000.0], "Counts": [50, 49, 1], "Timestamp": start + datetime.timedelta(minutes=minute)}])
            metric = lambda name, stat: {"Metric": {"Namespace": "app", "MetricName": name, "Dimensions": dimensions}, "Period": 300, "Stat": stat}
            data = cw.get_metric_data(StartTime=start, EndTime=end, ScanBy="TimestampAscending", MetricDataQueries=[
                {"Id": "m1", "MetricStat": metric("calls", "Sum")}, {"Id": "p99", "MetricStat": metric("latency", "p99")},
                {"Id": "half", "Expression": "m1 / 2", "Label": "half of it"}])["MetricDataResults"]
            values = {r["Id"]: r["Values"] for r in data}
            assert sum(values["m1"]) == 55 and sum(values["half"]) == 27.5 and abs(values["p99"][0] - 20) < 1, data
            points = cw.get_metric_statistics(Namespace="app", MetricName="calls", Dimensions=dimensions, StartTime=start, EndTime=end, Period=600, Statistics=["Sum", "Average", "SampleCount"])["Datapoints"]
            assert [(p["Sum"], p["Average"], p["SampleCount"], p["Unit"]) for p in points] == [(55, 5.5, 10, "Count")], points
            assert len(cw.list_metrics(Namespace="app", Dimensions=[{"Name": "Model"}])["Metrics"]) == 2
            cw.put_metric_alarm(AlarmName="slow", Namespace="app", MetricName="latency", Dimensions=dimensions, ExtendedStatistic="p99", Period=60, EvaluationPeriods=2,
                                Threshold=500, ComparisonOperator="GreaterThanThreshold", AlarmActions=["arn:aws:sns:us-east-1:123456789012:news"])
            alarm = cw.describe_alarms(AlarmNames=["slow"])["MetricAlarms"][0]
            assert alarm["StateValue"] in ("INSUFFICIENT_DATA", "OK") and alarm["Threshold"] == 500, alarm
            cw.delete_alarms(AlarmNames=["slow"])
            codes = []
            for call, arguments in ((cw.delete_alarms, {"AlarmNames": ["slow"]}),
                                    (cw.get_metric_data, {"StartTime": start, "EndTime": end, "MetricDataQueries": [{"Id": "e", "Expression": "SEARCH('x', 'Sum', 60)"}]}),
                                    (cw.get_metric_statistics, {"Namespace": "app", "MetricName": "calls", "StartTime": start, "EndTime": end, "Period": 1, "Statistics": ["Sum"]}),
                                    (cw.get_metric_statistics, {"Namespace": "app", "MetricName": "calls", "StartTime": start, "EndTime": start + datetime.timedelta(days=2), "Period": 60, "Statistics": ["Sum"]}),
                                    (cw.put_metric_data, {"Namespace": "AWS/x", "MetricData": [{"MetricName": "m", "Value": 1}]})):
                try:
                    call(**arguments)
                    codes.append("")
                except ClientError as e:
                    codes.append(e.response["Error"]["Code"])
            assert codes == ["ResourceNotFound", "ValidationError", "", "InvalidParameterCombination", "InvalidParameterValue"], codes
            """);
        run.Succeeded();
    }
}
