using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.AutoScaling;

public sealed class ScalerTests : IDisposable
{
    private readonly ScalingCloud cloud = new();

    public void Dispose() => cloud.Dispose();

    [Theory]
    [InlineData(4, 10, 4, "minimum capacity was set to 4")]
    [InlineData(1, 1, 1, "maximum capacity was set to 1")]
    public async Task LookAfter_CapacityOutOfBounds_ScalesAtOnceAndSaysWhy(int least, int most, int expected, string cause)
    {
        cloud.Target(least, most);
        await cloud.PassAsync(2);

        cloud.Instances.Should().Be(expected);
        var activity = cloud.Activities.Single();
        activity.Text("Cause").Should().Be(cause);
        activity.Text("Description").Should().Be($"Setting desired instance count to {expected}.");
        activity.Text("StatusCode").Should().Be("Successful");
    }

    [Fact]
    public async Task LookAfter_LoadForThreePeriods_ScalesOutInProportion()
    {
        cloud.Target(2, 10);
        cloud.Policy(100);
        cloud.PerMinute = 700;
        await cloud.PassAsync(29);
        cloud.Instances.Should().Be(2, "three whole periods have not passed");
        await cloud.PassAsync(13);

        cloud.Instances.Should().Be(7);
        cloud.Activities.Single().Text("Cause").Should().Be("monitor alarm x-AlarmHigh-1 in state ALARM triggered policy p");
    }

    [Fact]
    public async Task LookAfter_LoadGrowsInCooldown_WaitsForItsEnd()
    {
        cloud.Target(2, 10);
        cloud.Policy(100, cooldownOut: 120);
        cloud.PerMinute = 400;
        await cloud.PassAsync(42);
        cloud.Instances.Should().Be(4);
        cloud.PerMinute = 4000;
        await cloud.PassAsync(70);
        cloud.Instances.Should().Be(4);
        await cloud.PassAsync(70);

        cloud.Instances.Should().Be(10, "it wanted 40 and the maximum is 10");
    }

    [Fact]
    public async Task LookAfter_NoTraffic_ScalesInAfterFifteenPeriodsToTheMinimum()
    {
        cloud.Target(2, 10);
        cloud.Instances = 8;
        cloud.Policy(100, cooldownIn: 0);
        await cloud.PassAsync(145);
        cloud.Instances.Should().Be(8);
        await cloud.PassAsync(20);

        cloud.Instances.Should().Be(2);
        cloud.Activities.Single().Text("Cause").Should().Contain("AlarmLow");
    }

    [Fact]
    public async Task LookAfter_EndpointUpdating_Waits()
    {
        cloud.Target(4, 10);
        cloud.Status = "Updating";
        await cloud.PassAsync(5);

        cloud.Instances.Should().Be(2);
    }

    [Fact]
    public async Task LookAfter_EndpointDeleted_ForgetsTargetAndPolicies()
    {
        cloud.Target(2, 10);
        cloud.Policy(100);
        cloud.Deleted = true;
        await cloud.PassAsync(1);

        cloud.Store.Targets.All().Should().BeEmpty();
        cloud.Store.Policies.All().Should().BeEmpty();
    }
}
