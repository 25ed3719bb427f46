using MLOps.LocalCloud.Services.AutoScaling;

namespace MLOps.Tests.Unit.AutoScaling;

public sealed class TargetTrackingTests
{
    [Theory]
    [InlineData(2, new double[] { 1500, 1500, 1500 }, 4)]
    [InlineData(2, new double[] { 760, 760, 760 }, 3)]
    [InlineData(2, new double[] { 760, 760, 750 }, 2)]
    [InlineData(2, new double[] { 760, 760 }, 2)]
    [InlineData(1, new double[] { 1e15, 1e15, 1e15 }, int.MaxValue)]
    public void Desired_AboveTarget_GrowsInProportionAfterThreePeriods(int capacity, double[] values, int expected) =>
        TargetTracking.Desired([.. values.Select(v => (double?)v)], 750, capacity).Should().Be(expected);

    [Theory]
    [InlineData(10, 75, 15, 1)]
    [InlineData(10, 375, 15, 5)]
    [InlineData(10, 0, 15, 1)]
    [InlineData(10, 75, 14, 10)]
    [InlineData(10, 700, 15, 10)]
    public void Desired_BelowNineTenths_ShrinksAfterFifteenPeriods(int capacity, double value, int periods, int expected) =>
        TargetTracking.Desired([.. Enumerable.Repeat((double?)value, periods)], 750, capacity).Should().Be(expected);

    [Fact]
    public void Desired_OneBusyPeriodAmongQuietOnes_KeepsWhatItNeeds() =>
        TargetTracking.Desired([.. Enumerable.Repeat((double?)10, 14), 600], 750, 10).Should().Be(8);

    [Fact]
    public void Desired_NothingMeasured_ChangesNothing() =>
        TargetTracking.Desired([.. Enumerable.Repeat((double?)null, 15)], 750, 4).Should().Be(4);
}
