using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Endpoints.Deployment;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.Endpoints;

public sealed class DeploymentPolicyTests
{
    [Theory]
    [InlineData("CANARY", "CAPACITY_PERCENT", 10, new[] { 0.1, 1 })]
    [InlineData("CANARY", "INSTANCE_COUNT", 2, new[] { 0.5, 1 })]
    [InlineData("LINEAR", "CAPACITY_PERCENT", 50, new[] { 0.5, 1 })]
    [InlineData("LINEAR", "CAPACITY_PERCENT", 30, new[] { 0.3, 0.6, 0.9, 1 })]
    [InlineData("LINEAR", "INSTANCE_COUNT", 1, new[] { 0.25, 0.5, 0.75, 1 })]
    public void Of_BlueGreen_StepsReachAllTraffic(string kind, string type, int value, double[] shares)
    {
        var policy = DeploymentPolicy.Of(BlueGreen(kind, type, value), instances: 4);

        policy.Shares.Should().HaveCount(shares.Length);
        policy.Shares.Zip(shares).Should().OnlyContain(p => Math.Abs(p.First - p.Second) < 1e-9);
        (policy.WaitSeconds, policy.TerminationWaitSeconds, policy.LimitSeconds).Should().Be((60, 30, 700));
        policy.IsRolling.Should().BeFalse();
    }

    [Theory]
    [InlineData("CANARY", "CAPACITY_PERCENT", 51, "CanarySize must be between 1 and 50 percent")]
    [InlineData("CANARY", "INSTANCE_COUNT", 3, "CanarySize must be between 1 and 50 percent of the endpoint's 4 instances; 3 instances are not")]
    [InlineData("LINEAR", "CAPACITY_PERCENT", 9, "LinearStepSize must be between 10 and 50 percent")]
    public void Of_SizeOutOfBounds_IsRefused(string kind, string type, int value, string message) =>
        FluentActions.Invoking(() => DeploymentPolicy.Of(BlueGreen(kind, type, value), 4)).Should().Throw<AwsException>().WithMessage($"*{message}*");

    [Fact]
    public void Of_PartsThatDoNotFit_AreRefused()
    {
        Refused("""{"BlueGreenUpdatePolicy":{"TrafficRoutingConfiguration":{"Type":"CANARY","WaitIntervalInSeconds":1}}}""", "CanarySize is required");
        Refused("""{"BlueGreenUpdatePolicy":{"TrafficRoutingConfiguration":{"Type":"ALL_AT_ONCE","WaitIntervalInSeconds":1,"CanarySize":{"Type":"CAPACITY_PERCENT","Value":10}}}}""",
            "CanarySize does not apply to the traffic routing ALL_AT_ONCE");
        Refused("""{"BlueGreenUpdatePolicy":{"TrafficRoutingConfiguration":{"Type":"ALL_AT_ONCE","WaitIntervalInSeconds":1}},"RollingUpdatePolicy":{"MaximumBatchSize":{"Type":"CAPACITY_PERCENT","Value":10},"WaitIntervalInSeconds":1}}""",
            "not both");
        Refused("""{"RollingUpdatePolicy":{"MaximumBatchSize":{"Type":"CAPACITY_PERCENT","Value":4},"WaitIntervalInSeconds":1}}""", "MaximumBatchSize must be between 5 and 50");
    }

    [Fact]
    public void Of_Rolling_HasBatchesAndSurvivesStoring()
    {
        var config = Parse("""{"RollingUpdatePolicy":{"MaximumBatchSize":{"Type":"INSTANCE_COUNT","Value":1},"WaitIntervalInSeconds":5},"AutoRollbackConfiguration":{"Alarms":[{"AlarmName":"late"}]}}""");
        var policy = DeploymentPolicy.Read(DeploymentPolicy.Of(config, 3).ToJson());

        policy.IsRolling.Should().BeTrue();
        policy.Shares.Should().HaveCount(3).And.EndWith(1);
        policy.Alarms.Should().Equal("late");
    }

    [Fact]
    public void Of_Nothing_MovesAllAtOnceWithoutAlarms() =>
        DeploymentPolicy.Of(null, 2).Should().BeEquivalentTo(new { Kind = "ALL_AT_ONCE", WaitSeconds = 0, TerminationWaitSeconds = 0 });

    private static void Refused(string config, string message) =>
        FluentActions.Invoking(() => DeploymentPolicy.Of(Parse(config), 4)).Should().Throw<AwsException>().WithMessage($"*{message}*");

    private static JsonObject BlueGreen(string kind, string type, int value) => new()
    {
        ["BlueGreenUpdatePolicy"] = new JsonObject
        {
            ["TrafficRoutingConfiguration"] = new JsonObject
            {
                ["Type"] = kind,
                ["WaitIntervalInSeconds"] = 60,
                [kind == "CANARY" ? "CanarySize" : "LinearStepSize"] = new JsonObject { ["Type"] = type, ["Value"] = value },
            },
            ["TerminationWaitInSeconds"] = 30,
            ["MaximumExecutionTimeoutInSeconds"] = 700,
        },
    };

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
