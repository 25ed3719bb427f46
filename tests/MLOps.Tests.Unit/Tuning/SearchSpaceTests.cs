using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Tuning;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Unit.Tuning;

public sealed class SearchSpaceTests
{
    [Theory]
    [InlineData("Linear", 0, "0.001")]
    [InlineData("Linear", 0.5, "500.0005")]
    [InlineData("Logarithmic", 0.5, "1")]
    [InlineData("Auto", 0.5, "1")]
    public void At_ContinuousRange_FollowsItsScaling(string scaling, double place, string expected) =>
        double.Parse(Read("ContinuousParameterRanges", "0.001", "1000", scaling).Parameters[0].At(place), System.Globalization.CultureInfo.InvariantCulture)
            .Should().BeApproximately(double.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), 1e-9);

    [Fact]
    public void At_ReverseLogarithmic_IsDenseBelowOne() =>
        double.Parse(Read("ContinuousParameterRanges", "0", "0.999", "ReverseLogarithmic").Parameters[0].At(2 / 3.0), System.Globalization.CultureInfo.InvariantCulture)
            .Should().BeApproximately(0.99, 1e-9);

    [Fact]
    public void At_IntegerRange_GivesBothEndsTheirShare()
    {
        var parameter = Read("IntegerParameterRanges", "1", "4", "Linear").Parameters[0];
        Enumerable.Range(0, 400).Select(i => parameter.At(i / 400.0)).GroupBy(v => v).Select(g => (g.Key, g.Count()))
            .Should().Equal(("1", 100), ("2", 100), ("3", 100), ("4", 100));
    }

    [Theory]
    [InlineData("ContinuousParameterRanges", "0", "1", "Logarithmic", "above 0")]
    [InlineData("ContinuousParameterRanges", "0.5", "1", "ReverseLogarithmic", "0 <= value < 1")]
    [InlineData("IntegerParameterRanges", "0", "10", "ReverseLogarithmic", "continuous ranges alone")]
    [InlineData("IntegerParameterRanges", "9", "1", "Linear", "above its MaxValue")]
    [InlineData("ContinuousParameterRanges", "1", "1", "Linear", "below its MaxValue")]
    [InlineData("IntegerParameterRanges", "1.5", "3", "Linear", "no whole number")]
    [InlineData("ContinuousParameterRanges", "a", "3", "Linear", "no number")]
    public void Read_RangeThatMakesNoSense_SaysWhy(string member, string low, string high, string scaling, string why) =>
        ((Func<SearchSpace>)(() => Read(member, low, high, scaling))).Should().Throw<AwsException>().WithMessage($"*{why}*");

    [Fact]
    public void Read_NoRange_IsRefused() => ((Func<SearchSpace>)(() => SearchSpace.Read(null))).Should().Throw<AwsException>();

    private static SearchSpace Read(string member, string low, string high, string scaling) => SearchSpace.Read(new JsonObject
    {
        [member] = new JsonArray(new JsonObject { ["Name"] = "p", ["MinValue"] = low, ["MaxValue"] = high, ["ScalingType"] = scaling }),
    });
}
