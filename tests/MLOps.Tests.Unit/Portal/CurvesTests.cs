using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Transforms;
using MLOps.Portal.Shared.Charts;

namespace MLOps.Tests.Unit.Portal;

public sealed class CurvesTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Smooth_SteadySeries_StaysWhereItIs() =>
        Curves.Smooth(Series(5, 5, 5), 0.9).Points.Should().OnlyContain(p => Math.Abs(p.Value - 5) < 1e-9, "the beginning is not drawn towards 0");

    [Fact]
    public void Smooth_Flutter_BecomesLess()
    {
        var smooth = Curves.Smooth(Series(0, 10, 0, 10, 0, 10, 0, 10), 0.8).Points.Skip(4).ToList();
        (smooth.Max(p => p.Value) - smooth.Min(p => p.Value)).Should().BeLessThan(5);
    }

    [Fact]
    public void FromZero_LaterSeries_BeginsWithTheOthers() => Curves.FromZero(Series(1, 2)).Points.Select(p => p.At).Should().Equal(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(1));

    [Fact]
    public void ByStep_ValuesOfOneMoment_StandBesideEachOther()
    {
        var burst = Series(1, 2, 3) with { Points = new[] { 1.0, 2, 3 }.Select(v => new MetricPoint(At, v)).ToValueList() };
        Curves.ByStep(burst).Points.Select(p => (p.At - DateTimeOffset.UnixEpoch).TotalSeconds).Should().Equal(1, 2, 3);
    }

    [Fact]
    public void Frame_Log_HasAStepForEachDecadeAndNoPlaceForZero()
    {
        var frame = new ChartFrame([Series(0.001, 0, 90)], log: true);
        frame.Steps.Should().Equal(0.001, 0.01, 0.1, 1, 10, 100);
        frame.Y(0.1).Should().BeApproximately((frame.Y(0.01) + frame.Y(1)) / 2, 1e-6);
        frame.HasPlace(0).Should().BeFalse();
    }

    [Fact]
    public void Frame_LogWithinADecade_HasRoundStepsAroundTheValues()
    {
        var frame = new ChartFrame([Series(0.875, 0.958, 1)], log: true);
        frame.Steps.Should().HaveCountGreaterThan(2).And.OnlyContain(step => step > 0.8 && step < 1.1);
        (frame.Y(0.875) - frame.Y(1)).Should().BeGreaterThan(ChartFrame.Height / 2, "the curve uses the height that there is");
    }

    [Fact]
    public void Frame_Stepped_HoldsAValueUntilTheNext() =>
        new ChartFrame([Series(1, 3)]).Path(Series(1, 3), stepped: true).Should().MatchRegex("^M[0-9. ]+H[0-9.]+L[0-9. ]+$");

    [Fact]
    public void Scale_ThatShallMultiply_DoesSoWhereverTheValuesLie() => new Scale(["1", "4", "16"], isLog: true).At("4").Should().BeApproximately(0.5, 1e-9);

    [Theory]
    [InlineData("1,10,100", "10", 0.5)]
    [InlineData("1,2,3", "2", 0.5)]
    [InlineData("sqrt,log2,none", "none", 0.5)]
    public void Scale_Value_LiesWhereItBelongs(string values, string value, double place) => new Scale(values.Split(',')).At(value).Should().BeApproximately(place, 1e-9);

    [Fact]
    public void Result_JsonLines_HaveAColumnForEachMember()
    {
        var table = ResultTable.Read("{\"id\":1,\"out\":{\"label\":\"a\"}}\n{\"id\":2}\n", isCut: false, 40);
        table.Columns.Should().Equal("id", "out.label");
        table.Rows[1].Should().Equal("2", "");
    }

    [Fact]
    public void Result_AnswersTogether_HaveARowEach()
    {
        var table = ResultTable.Read("{\"predictions\":[{\"label\":\"a\",\"p\":{\"a\":0.9}},{\"label\":\"b\"}],\"algorithm\":\"logistic\"}", isCut: false, 90);
        table.Columns.Should().Equal("label", "p.a", "algorithm");
        table.Rows.Select(r => string.Join('|', r)).Should().Equal("a|0.9|logistic", "b||logistic");
    }

    [Fact]
    public void Scale_OneValueForAll_StandsInTheMiddle()
    {
        var scale = new Scale(["0.9667", "0.9667"]);
        scale.Marks.Should().ContainSingle().Which.Should().Be((0.5, "0.9667"));
        scale.At("0.9667").Should().BeApproximately(0.5, 1e-9);
    }

    [Fact]
    public void Result_CutFile_LeavesOutTheHalfLine()
    {
        var table = ResultTable.Read("a,\"b,c\"\nd", isCut: true, 1000);
        table.Rows.Should().ContainSingle().Which.Should().Equal("a", "b,c");
        table.IsCut.Should().BeTrue();
    }

    private static MetricSeries Series(params double[] values) => new("s", "s", "None", values.Select((v, i) => new MetricPoint(At.AddSeconds(i), v)).ToValueList());
}
