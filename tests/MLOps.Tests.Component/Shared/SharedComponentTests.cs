using Bunit;
using MLOps.Cloud.Telemetry;
using MLOps.Portal.Shared.Charts;
using MLOps.Portal.Shared.Components;
using MLOps.Portal.Shared.Logs;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Shared;

public sealed class SharedComponentTests
{
    [Theory]
    [InlineData("InService", "good", "In service")]
    [InlineData("InProgress", "running", "In progress")]
    [InlineData("AwaitsApproval", "waiting", "Waits for approval")]
    [InlineData("UPDATE_ROLLBACK_FAILED", "failed", "Update rollback failed")]
    [InlineData("Superseded", "idle", "Superseded")]
    [InlineData("", "idle", "Not run")]
    [InlineData("SomethingNew", "idle", "Something new")]
    public async Task StatusChip_AnyStatus_IsColourIconAndWord(string status, string tone, string word)
    {
        await using var portal = new PortalContext(new FakeCloud());
        var chip = portal.Render<StatusChip>(p => p.Add(c => c.Status, status)).Find(".chip");
        chip.ClassList.Should().Contain(tone);
        chip.TextContent.Trim().Should().Be(word);
        chip.QuerySelector("svg").Should().NotBeNull();
    }

    [Fact]
    public async Task LineChart_OfMoments_TellsThemForTheReadersZone()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var chart = portal.Render<LineChart>(p => p.Add(c => c.Title, "loss").Add(c => c.Axis, ChartAxis.Time).Add(c => c.Series, [Series("a", 0.5, 0.25)])
            .Add(c => c.Markers, [new(FakeCloud.Now, "Deployed")]));
        chart.FindAll(".times time, figcaption time").Should().HaveCountGreaterThan(1).And.OnlyContain(t => t.GetAttribute("data-local") == "clock" && t.HasAttribute("datetime") && t.TextContent.EndsWith("UTC"));
        var steps = portal.Render<LineChart>(p => p.Add(c => c.Title, "loss").Add(c => c.Axis, ChartAxis.Step).Add(c => c.Series, [Series("a", 0.5, 0.25)]));
        steps.FindAll("time").Should().BeEmpty("a step is no moment");
    }

    [Fact]
    public async Task CopyableId_LongId_ShowsBothEndsAndCopiesAll()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var button = portal.Render<CopyableId>(p => p.Add(c => c.Value, IrisStory.Candidate).Add(c => c.Length, 17)).Find("button");
        button.GetAttribute("data-copy").Should().Be(IrisStory.Candidate);
        button.TextContent.Trim().Should().Be("7f3c9a52…1c0b84e1");
    }

    [Fact]
    public async Task RelativeTime_Any_TellsTheExactOneOnHover()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var time = portal.Render<RelativeTime>(p => p.Add(c => c.At, FakeCloud.Now)).Find("time");
        time.GetAttribute("title").Should().Be("2026-03-04 12:00:00 UTC");
        time.GetAttribute("datetime").Should().StartWith("2026-03-04T12:00:00");
    }

    [Fact]
    public async Task LineChart_TwoSeries_DrawsAPathForEachAndTellsLastValues()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var chart = portal.Render<LineChart>(p => p.Add(c => c.Title, "loss").Add(c => c.Series, [Series("a", 0.5, 0.25), Series("b", 1, double.NaN, 2)]));
        var paths = chart.FindAll("path.line:not(.dot)");
        paths.Should().HaveCount(2);
        paths[1].GetAttribute("d").Should().MatchRegex("^M[^M]*M[^M]*$", "a value that is no number breaks the line");
        chart.Find("figcaption").TextContent.Should().Contain("0.25");
        chart.Find("svg").GetAttribute("aria-label").Should().Contain("a last 0.25");
    }

    [Fact]
    public async Task LineChart_StepOfTwoBesideTheFirstStrip_IsDrawnAgain()
    {
        // The axis' step 2 and the first strip's place 2 are siblings.
        await using var portal = new PortalContext(new FakeCloud());
        var chart = portal.Render<LineChart>(p => p.Add(c => c.Title, "instances").Add(c => c.Floor, 0).Add(c => c.Series, [Series("a", 1, 2)]));
        chart.Render(p => p.Add(c => c.Series, [Series("a", 1, 2, 2)]));
        chart.FindAll("rect.band").Should().HaveCount(3);
    }

    [Fact]
    public async Task LineChart_NoPoints_SaysSo()
    {
        await using var portal = new PortalContext(new FakeCloud());
        portal.Render<LineChart>(p => p.Add(c => c.Title, "loss").Add(c => c.Series, [])).Markup.Should().Contain("Nothing was measured").And.NotContain("<figure");
    }

    [Fact]
    public void LogBuffer_Full_DropsTheOldestAndCountsThem()
    {
        var buffer = new LogBuffer(100);
        buffer.Add([.. Enumerable.Range(0, 150).Select(i => new LogLine(FakeCloud.Now, $"{i}", "s"))]);
        buffer.Lines.Should().HaveCountLessThanOrEqualTo(100);
        buffer.Lines[^1].Message.Should().Be("149");
        (buffer.Dropped + buffer.Lines.Count).Should().Be(150);
    }

    private static MetricSeries Series(string id, params double[] values) => new(id, id, "None", [.. values.Select((v, i) => new MetricPoint(FakeCloud.Now.AddSeconds(i), v))]);
}
