using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.CloudWatch;
using MLOps.LocalCloud.Services.CloudWatch.Alarms;

namespace MLOps.Tests.Unit.Data;

public sealed class MetricTests : IAsyncLifetime
{
    private readonly DataCloud cloud = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task Record_ManySamples_GiveTotalsAndPercentilesAlsoAfterAging()
    {
        for (var i = 1; i <= 1000; i++)
            Record("ModelLatency", i, seconds: i % 60);
        var from = cloud.Time.GetUtcNow();
        cloud.Get<IMetricStore>().Total(DataCloud.Scope, "AWS/SageMaker", "ModelLatency", [("VariantName", "A"), ("EndpointName", "e")], from, from.AddMinutes(1))
            .Should().Be((500_500, 1000));
        foreach (var aged in (bool[])[false, true])
        {
            if (aged)
                cloud.Get<MetricStore>().Coarsen(1, 60, from.AddHours(1));
            var point = (await Statistics("ModelLatency", 60)).Should().ContainSingle().Subject;
            point.Number("Average").Should().Be(500.5);
            point.Number("Maximum").Should().Be(1000);
            point.Object("ExtendedStatistics")!.Number("p50").Should().BeApproximately(500, 10);
            point.Object("ExtendedStatistics")!.Number("p99").Should().BeApproximately(990, 15);
        }
    }

    [Fact]
    public async Task GetMetricData_WithMath_JoinsSeriesByTime()
    {
        for (var minute = 0; minute < 3; minute++)
        {
            Record("Invocations", 10 * (minute + 1), minute * 60);
            Record("Errors", minute, minute * 60);
        }
        var answer = await Data(
            Metric("m1", "Invocations"), Metric("m2", "Errors"),
            Math("rate", "100 * m2 / m1"), Math("all", "SUM(METRICS())"), Math("peak", "IF(m1 >= MAX(m1), m1, 0)"), Math("neg", "-m1 ^ 2 + (m2 - -1)"));
        Values(answer, "m1").Should().Equal(10, 20, 30);
        Values(answer, "rate").Should().Equal(0, 5, 100 * 2 / 30.0);
        Values(answer, "all").Should().Equal(10, 21, 32);
        Values(answer, "peak").Should().Equal(0, 0, 30);
        Values(answer, "neg").Should().Equal(-99, -398, -897);
    }

    [Theory]
    [InlineData("m1 +")]
    [InlineData("m9 * 2")]
    [InlineData("SEARCH('x', 'Sum', 60)")]
    [InlineData("loop + 1")]
    [InlineData("m1 ? 2")]
    [InlineData("42")]
    public async Task GetMetricData_WithBadExpression_IsRefused(string expression)
    {
        var input = Input(Metric("m1", "Invocations"), Math("loop", expression));
        (await cloud.ErrorAsync("cloudwatch", "GetMetricData", input)).Should().Be("ValidationError");
    }

    [Fact]
    public async Task GetMetricData_WithFewDatapointsAPage_IsPagedWithoutLoss()
    {
        for (var minute = 0; minute < 5; minute++)
            Record("Invocations", minute, minute * 60);
        var (seen, token) = (new List<double>(), (string?)null);
        do
        {
            var input = Input(Metric("m1", "Invocations"));
            (input["MaxDatapoints"], input["NextToken"]) = (2, token);
            var page = await cloud.CallAsync("cloudwatch", "GetMetricData", input);
            seen.AddRange(Values(page, "m1"));
            token = page.Text("NextToken");
        }
        while (token is not null);
        seen.Should().Equal(0, 1, 2, 3, 4);
    }

    [Fact]
    public async Task PutMetricData_Answered_SurvivesAnAbruptEnd()
    {
        await cloud.CallAsync("cloudwatch", "PutMetricData", new JsonObject
        {
            ["Namespace"] = "app",
            ["MetricData"] = new JsonArray(
                new JsonObject { ["MetricName"] = "m", ["Values"] = new JsonArray(1, 2), ["Counts"] = new JsonArray(3, 1) },
                new JsonObject { ["MetricName"] = "m", ["StatisticValues"] = new JsonObject { ["SampleCount"] = 2, ["Sum"] = 10, ["Minimum"] = 4, ["Maximum"] = 6 } }),
        });
        await using var again = cloud.Reopen();
        var now = cloud.Time.GetUtcNow();
        again.Get<IMetricStore>().Total(DataCloud.Scope, "app", "m", [], now, now.AddSeconds(1)).Should().Be((15, 6));
        var listed = await again.CallAsync("cloudwatch", "ListMetrics", new JsonObject { ["Namespace"] = "app" });
        listed.Objects("Metrics").Should().ContainSingle();
        (await again.ErrorAsync("cloudwatch", "PutMetricData", new JsonObject { ["Namespace"] = "AWS/x", ["MetricData"] = new JsonArray(new JsonObject { ["MetricName"] = "m", ["Value"] = 1 }) }))
            .Should().Be("InvalidParameterValue");
    }

    [Theory]
    [InlineData("missing", "", "INSUFFICIENT_DATA")]
    [InlineData("missing", "9", "ALARM")]
    [InlineData("missing", "9 9 1", "OK")]
    [InlineData("breaching", "1", "OK")]
    [InlineData("breaching", "9", "ALARM")]
    [InlineData("notBreaching", "9", "OK")]
    [InlineData("ignore", "9", null)]
    public void Alarm_WithMissingData_IsJudgedAsDocumented(string treatment, string newestFirst, string? expected)
    {
        var alarm = new JsonObject
        {
            ["EvaluationPeriods"] = 3, ["Threshold"] = 5, ["ComparisonOperator"] = "GreaterThanThreshold", ["TreatMissingData"] = treatment, ["StateValue"] = "",
        };
        var values = newestFirst.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse).ToList();
        AlarmEvaluator.Judge(alarm, values, cloud.Time.GetUtcNow())?.Value.Should().Be(expected);
    }

    [Fact]
    public async Task Alarm_OverItsThreshold_ChangesStateAndIsToldOnTheBus()
    {
        var heard = new List<string>();
        using var subscription = cloud.Events.Subscribe(e => heard.Add($"{e.DetailType}: {e.Detail.Object("state")!.Text("value")}"));
        await cloud.CallAsync("cloudwatch", "PutMetricAlarm", new JsonObject
        {
            ["AlarmName"] = "errors", ["Namespace"] = "AWS/SageMaker", ["MetricName"] = "Errors", ["Dimensions"] = Dimensions(), ["Statistic"] = "Sum",
            ["Period"] = 60, ["EvaluationPeriods"] = 1, ["Threshold"] = 5, ["ComparisonOperator"] = "GreaterThanThreshold",
        });
        Record("Errors", 9, 0);
        cloud.Time.Advance(TimeSpan.FromSeconds(70));
        await cloud.Get<AlarmWatch>().EvaluateAsync(TestContext.Current.CancellationToken);

        var described = await cloud.CallAsync("cloudwatch", "DescribeAlarms", new JsonObject { ["StateValue"] = "ALARM" });
        described.Objects("MetricAlarms").Should().ContainSingle().Which.Text("StateReason").Should().Contain("[9]");
        heard.Should().Equal("CloudWatch Alarm State Change: ALARM");
    }

    private void Record(string name, double value, int seconds) => cloud.Get<IMetricStore>().Record(DataCloud.Scope, new MetricSample(
        "AWS/SageMaker", name, [("EndpointName", "e"), ("VariantName", "A")], value, "Count", cloud.Time.GetUtcNow().AddSeconds(seconds)));

    private static JsonArray Dimensions() =>
        [new JsonObject { ["Name"] = "EndpointName", ["Value"] = "e" }, new JsonObject { ["Name"] = "VariantName", ["Value"] = "A" }];

    private async Task<List<JsonObject>> Statistics(string name, int period) => [.. (await cloud.CallAsync("cloudwatch", "GetMetricStatistics", new JsonObject
    {
        ["Namespace"] = "AWS/SageMaker", ["MetricName"] = name, ["Dimensions"] = Dimensions(), ["Period"] = period,
        ["StartTime"] = cloud.Time.GetUtcNow().ToEpoch(), ["EndTime"] = cloud.Time.GetUtcNow().AddHours(1).ToEpoch(),
        ["Statistics"] = new JsonArray("Average", "Maximum"), ["ExtendedStatistics"] = new JsonArray("p50", "p99"),
    })).Objects("Datapoints")];

    private Task<JsonObject> Data(params JsonObject[] queries) => cloud.CallAsync("cloudwatch", "GetMetricData", Input(queries));

    private JsonObject Input(params JsonObject[] queries) => new()
    {
        ["MetricDataQueries"] = new JsonArray(queries), ["ScanBy"] = "TimestampAscending",
        ["StartTime"] = cloud.Time.GetUtcNow().ToEpoch(), ["EndTime"] = cloud.Time.GetUtcNow().AddHours(1).ToEpoch(),
    };

    private static JsonObject Metric(string id, string name) => new()
    {
        ["Id"] = id,
        ["MetricStat"] = new JsonObject
        {
            ["Metric"] = new JsonObject { ["Namespace"] = "AWS/SageMaker", ["MetricName"] = name, ["Dimensions"] = Dimensions() }, ["Period"] = 60, ["Stat"] = "Sum",
        },
    };

    private static JsonObject Math(string id, string expression) => new() { ["Id"] = id, ["Expression"] = expression };

    private static IEnumerable<double> Values(JsonObject answer, string id) =>
        answer.Objects("MetricDataResults").Single(r => r.Text("Id") == id).Items("Values").Select(v => v.GetValue<double>());
}
