using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

/// <summary>Deployments that move the traffic for real, and go back for real.</summary>
public sealed class GuardrailTests : IAsyncLifetime
{
    private SageMakerCloud cloud = null!;

    public async ValueTask InitializeAsync()
    {
        cloud = await SageMakerCloud.StartAsync();
        await cloud.DeployAsync("blue", instances: 2);
        await cloud.ModelAsync("green", "green");
        await cloud.ConfigAsync("green", ("Main", "green", 2, 1));
    }

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task Update_Canary_SharesTheTrafficThenMovesTheRest()
    {
        var events = new List<string>();
        using var heard = cloud.Get<CloudEventBus>().Subscribe(e =>
        {
            lock (events)
                if (e.DetailType == "SageMaker Endpoint Deployment State Change")
                    events.Add(e.Detail.Object("PendingDeploymentSummary")!.Objects("ProductionVariants").Single().Objects("VariantStatus").Single().Required("Status"));
        });
        await UpdateAsync(Canary(percent: 50, wait: 6));
        await PhaseAsync("Baking");
        var answers = await AnswersAsync(60);
        answers.Should().ContainKey("blue").And.ContainKey("green");

        var after = await cloud.StatusAsync("blue", "InService");
        after.Text("EndpointConfigName").Should().Be("green");
        (await AnswersAsync(10)).Keys.Should().Equal("green");
        lock (events)
            events.Should().StartWith(["ActivatingTraffic", "Baking", "ActivatingTraffic"]);
    }

    [Fact]
    public async Task Update_AlarmWhileTheCanaryIsWatched_GoesBackAndSaysWhy()
    {
        await AlarmAsync("late");
        await UpdateAsync(Canary(percent: 30, wait: 600), "late");
        await PhaseAsync("Baking");
        await cloud.CallAsync("cloudwatch", "PutMetricData", new()
        {
            ["Namespace"] = "Test",
            ["MetricData"] = new JsonArray(new JsonObject { ["MetricName"] = "Errors", ["Value"] = 9.0 }),
        });

        var after = await cloud.StatusAsync("blue", "InService");
        after.Text("EndpointConfigName").Should().Be("blue");
        after.Text("FailureReason").Should().Contain("[late]");
        after.ContainsKey("PendingDeploymentSummary").Should().BeFalse();
        (await AnswersAsync(10)).Keys.Should().Equal("blue");
    }

    [Fact]
    public async Task Update_NewModelFailsRequests_GoesBackByTheAlarmOnItsErrors()
    {
        await cloud.ModelAsync("failing", "failing");
        await cloud.ConfigAsync("failing", ("Main", "failing", 2, 1));
        await cloud.CallAsync("cloudwatch", "PutMetricAlarm", new()
        {
            ["AlarmName"] = "errors", ["Namespace"] = "AWS/SageMaker", ["MetricName"] = "Invocation5XXErrors", ["Statistic"] = "Sum", ["Period"] = 10, ["EvaluationPeriods"] = 1,
            ["Dimensions"] = new JsonArray(
                new JsonObject { ["Name"] = "EndpointName", ["Value"] = "blue" }, new JsonObject { ["Name"] = "VariantName", ["Value"] = "Main" }),
            ["Threshold"] = 0.0, ["ComparisonOperator"] = "GreaterThanThreshold", ["TreatMissingData"] = "notBreaching",
        });
        var deployment = Canary(percent: 50, wait: 600);
        deployment["AutoRollbackConfiguration"] = new JsonObject { ["Alarms"] = new JsonArray(new JsonObject { ["AlarmName"] = "errors" }) };
        await cloud.CallAsync("UpdateEndpoint", new() { ["EndpointName"] = "blue", ["EndpointConfigName"] = "failing", ["DeploymentConfig"] = deployment });
        await PhaseAsync("Baking");
        var (good, bad) = (0, 0);
        for (var i = 0; i < 40; i++)
        {
            try
            {
                await cloud.InvokeAsync("blue", "5.1");
                good++;
            }
            catch (AwsException failed) when (failed.Code == "ModelError")
            {
                bad++;
            }
        }
        (good, bad).Should().Match<(int Good, int Bad)>(n => n.Good > 0 && n.Bad > 0, "half of the traffic meets the new model");

        var after = await cloud.StatusAsync("blue", "InService");
        after.Text("EndpointConfigName").Should().Be("blue");
        after.Text("FailureReason").Should().Contain("[errors]");
        (await AnswersAsync(40)).Keys.Should().Equal("blue");
    }

    [Fact]
    public async Task Update_RestartWhileTheCanaryIsWatched_GoesOnFromItsStep()
    {
        await UpdateAsync(Canary(percent: 50, wait: 8));
        await PhaseAsync("Baking");
        await cloud.RestartAsync();
        (await cloud.DescribeAsync("blue")).Text("EndpointStatus").Should().Be("Updating");

        (await cloud.StatusAsync("blue", "InService")).Text("EndpointConfigName").Should().Be("green");
        (await AnswersAsync(10)).Keys.Should().Equal("green");
    }

    [Fact]
    public async Task Update_Rolling_NeverRunsMoreThanABatchBesides()
    {
        var most = 0;
        await UpdateAsync(new() { ["RollingUpdatePolicy"] = new JsonObject { ["MaximumBatchSize"] = Size(50), ["WaitIntervalInSeconds"] = 1 } });
        await cloud.UntilAsync("DescribeEndpoint", new() { ["EndpointName"] = "blue" }, endpoint =>
        {
            var live = cloud.Live("blue");
            var (blue, green) = (live.Serving, live.Change?.Green);
            most = Math.Max(most, (blue?.Variants.Sum(v => v.Instances.Length) ?? 0) + (green == blue ? 0 : green?.Variants.Sum(v => v.Instances.Length) ?? 0));
            return endpoint.Text("EndpointStatus") == "InService";
        });

        most.Should().Be(3, "two serve, and a batch of one comes before one goes");
        (await AnswersAsync(10)).Keys.Should().Equal("green");
    }

    [Fact]
    public async Task Update_NewModelThatCannotServe_LeavesTheOldOne()
    {
        await cloud.ModelAsync("broken", "broken");
        await cloud.ConfigAsync("broken", ("Main", "broken", 1, 1));
        await cloud.CallAsync("UpdateEndpoint", new() { ["EndpointName"] = "blue", ["EndpointConfigName"] = "broken", ["DeploymentConfig"] = Canary(50, 1) });

        var after = await cloud.StatusAsync("blue", "InService");
        after.Text("FailureReason").Should().Contain("did not pass the ping health check");
        (await AnswersAsync(5)).Keys.Should().Equal("blue");
    }

    private Task UpdateAsync(JsonObject deployment, params string[] alarms)
    {
        if (alarms.Length > 0)
            deployment["AutoRollbackConfiguration"] = new JsonObject { ["Alarms"] = new JsonArray([.. alarms.Select(a => new JsonObject { ["AlarmName"] = a })]) };
        return cloud.CallAsync("UpdateEndpoint", new() { ["EndpointName"] = "blue", ["EndpointConfigName"] = "green", ["DeploymentConfig"] = deployment });
    }

    private Task<JsonObject> PhaseAsync(string phase) => cloud.UntilAsync("DescribeEndpoint", new() { ["EndpointName"] = "blue" }, e =>
        e.Object("PendingDeploymentSummary")?.Objects("ProductionVariants").Single().Objects("VariantStatus").Single().Text("Status") == phase);

    /// <summary>Which model answered how often.</summary>
    private async Task<Dictionary<string, int>> AnswersAsync(int count)
    {
        var answers = new Dictionary<string, int>();
        for (var i = 0; i < count; i++)
        {
            var model = (await cloud.InvokeAsync("blue", "5.1")).Body.Split('|')[0];
            answers[model] = answers.GetValueOrDefault(model) + 1;
        }
        return answers;
    }

    private Task AlarmAsync(string name) => cloud.CallAsync("cloudwatch", "PutMetricAlarm", new()
    {
        ["AlarmName"] = name, ["Namespace"] = "Test", ["MetricName"] = "Errors", ["Statistic"] = "Sum", ["Period"] = 10, ["EvaluationPeriods"] = 1,
        ["Threshold"] = 5.0, ["ComparisonOperator"] = "GreaterThanThreshold", ["TreatMissingData"] = "notBreaching",
    });

    private static JsonObject Canary(int percent, int wait) => new()
    {
        ["BlueGreenUpdatePolicy"] = new JsonObject
        {
            ["TrafficRoutingConfiguration"] = new JsonObject { ["Type"] = "CANARY", ["CanarySize"] = Size(percent), ["WaitIntervalInSeconds"] = wait },
            ["MaximumExecutionTimeoutInSeconds"] = 1200,
        },
    };

    private static JsonObject Size(int percent) => new() { ["Type"] = "CAPACITY_PERCENT", ["Value"] = percent };
}
