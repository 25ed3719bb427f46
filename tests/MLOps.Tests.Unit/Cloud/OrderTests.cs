using MLOps.Cloud.Endpoints;

namespace MLOps.Tests.Unit.Cloud;

public sealed class OrderTests
{
    private static readonly DeploymentOrder Canary = new("e") { ConfigName = "c" };
    private static readonly ScalingOrder Scaling = new("e", "Main", 1, 4, 750, 600, 300);

    [Theory]
    [InlineData(TrafficShift.Canary, 51, "between 1 and 50")]
    [InlineData(TrafficShift.Linear, 9, "between 10 and 50")]
    [InlineData(TrafficShift.Rolling, 4, "between 5 and 50")]
    [InlineData(TrafficShift.AllAtOnce, 0, null)]
    [InlineData(TrafficShift.Canary, 50, null)]
    public void Deployment_Size_IsWithinWhatSageMakerTakes(TrafficShift shift, int percent, string? says)
    {
        var fault = (Canary with { Shift = shift, Percent = percent }).Fault();
        if (says is null)
            fault.Should().BeNull();
        else
            fault.Should().Contain(says);
    }

    [Fact]
    public void Deployment_WhatToDeploy_IsOneThing()
    {
        (Canary with { ConfigName = "" }).Fault().Should().Contain("Choose what to deploy");
        (Canary with { Model = "m" }).Fault().Should().Contain("Choose what to deploy");
        (Canary with { ConfigName = "", Model = "m" }).Fault().Should().Contain("Choose the variant");
        (Canary with { ConfigName = "", Package = "arn", Variant = "Main" }).Fault().Should().BeNull();
    }

    [Theory]
    [InlineData(0, 4, 750, "At least one instance")]
    [InlineData(5, 4, 750, "cannot be fewer")]
    [InlineData(1, 4, 0, "above 0")]
    [InlineData(1, 4, 750, null)]
    public void Scaling_Bounds_AreChecked(int least, int most, double target, string? says)
    {
        var fault = (Scaling with { MinInstances = least, MaxInstances = most, Target = target }).Fault();
        if (says is null)
            fault.Should().BeNull();
        else
            fault.Should().Contain(says);
    }

    [Theory]
    [InlineData(100, "s3://bucket/captured", true)]
    [InlineData(100, "bucket/captured", false)]
    [InlineData(101, "s3://bucket", false)]
    [InlineData(0, "", true)]
    public void Capture_NeedsAShareAndAPlace(int percent, string uri, bool fine) => (new CaptureOrder("e", percent, uri).Fault() is null).Should().Be(fine);
}
