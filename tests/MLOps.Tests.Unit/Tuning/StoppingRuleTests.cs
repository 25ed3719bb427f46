using MLOps.LocalCloud.Engine.Tuning;
using MLOps.LocalCloud.Engine.Tuning.Strategies;

namespace MLOps.Tests.Unit.Tuning;

public sealed class StoppingRuleTests
{
    private static readonly Objective Most = new("accuracy", Maximize: true);
    private static readonly double[][] Others = [[0.5, 0.7], [0.5, 0.9], [0.5, 0.8, 0.95]];

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.4, true)]
    public void Median_FirstStep_ComparesWithFirstSteps(double value, bool stops) => new MedianRule().ShouldStop(Most, [value], Others).Should().Be(stops);

    [Theory]
    [InlineData(0.66, false)]
    [InlineData(0.64, true)]
    public void Median_LaterStep_ComparesWithRunningAverages(double value, bool stops) => // 0.60, 0.65 and 0.70
        new MedianRule().ShouldStop(Most, [0.1, value], Others).Should().Be(stops);

    [Fact]
    public void Median_Minimize_StopsWhatIsGreater() =>
        new MedianRule().ShouldStop(new Objective("loss", Maximize: false), [0.9], Others).Should().BeTrue();

    [Fact]
    public void Median_TooFewToCompare_LetsGoOn() => new MedianRule().ShouldStop(Most, [0.1, 0.1, 0.1], Others).Should().BeFalse();

    [Theory]
    [InlineData(new[] { 0.3 }, false)]
    [InlineData(new[] { 0.9, 0.3 }, true)]
    [InlineData(new[] { 0.9, 0.99 }, false)]
    [InlineData(new[] { 0.9, 0.99, 0.1 }, false)]
    public void Halving_OnlyAtRungs_KeepsTheBestThird(double[] course, bool stops) => // rungs: 2, 6, 18
        new HalvingRule(2, 20).ShouldStop(Most, course, [[0.5, 0.7], [0.5, 0.9], [0.5, 0.8]]).Should().Be(stops);

    [Fact]
    public void Halving_MoreThanItsMost_Stops() => new HalvingRule(1, 3).ShouldStop(Most, [0.9, 0.9, 0.9, 0.9], []).Should().BeTrue();
}
