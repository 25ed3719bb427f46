using Bunit;
using MLOps.Portal.Features.Timeline;
using MLOps.Portal.Shared.History;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class TimelinePageTests
{
    [Fact]
    public async Task Timeline_Day_ShowsWhatWasLiveThen()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var day = new DateTimeOffset(2025, 11, 2, 0, 0, 0, TimeSpan.Zero);
        portal.History.Periods.AddRange(
        [
            new("iris-model-production", "Champion", "old", "job-1", "c1", "sha256:1", 1, day.AddDays(-30), day.AddHours(9)),
            new("iris-model-production", "Champion", "new", "job-2", "c2", "sha256:2", 1, day.AddHours(9), day.AddDays(20)),
            new("churn", "Main", "later", "", "c3", "", 1, day.AddDays(3), null),
        ]);
        var page = portal.Open<TimelinePage>("/timeline?on=2025-11-02");
        page.FindAll("tbody tr").Select(r => r.QuerySelector("td:nth-child(4)")!.TextContent.Trim()).Should().Equal("old", "new");
        page.FindAll(".track > i").Should().HaveCount(2);

        page = portal.Open<TimelinePage>("/timeline?on=2025-11-10");
        page.FindAll("tbody tr").Should().HaveCount(2, "churn joined meanwhile");
    }

    [Fact]
    public async Task Timeline_MoreThanIsShown_SaysSoAndHowToSeeTheRest()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var day = new DateTimeOffset(2025, 11, 2, 0, 0, 0, TimeSpan.Zero);
        portal.History.Periods.AddRange([new("churn", "Main", "m", "", "c", "", 1, day, null), new("zebra", "Main", "m", "", "c", "", 1, day.AddYears(1), null)]);
        portal.Open<TimelinePage>("/timeline?on=2025-11-02").FindAll(".notice").Should().BeEmpty("all is shown");
        portal.History.HasMore = true;
        var page = portal.Open<TimelinePage>("/timeline?on=2025-11-02");
        page.Find(".notice").TextContent.Should().Contain("2,000 periods that began last").And.Contain("Choose an endpoint, an earlier day or a shorter range");
        page.FindAll("select option").Select(o => o.GetAttribute("value")).Should().Contain("zebra", "what is not among those that are shown can be chosen");
        portal.Open<TimelinePage>("/timeline?on=2025-11-02&endpoint=churn").Find(".notice").TextContent.Should().Contain("Choose an earlier day");
    }

    [Fact]
    public async Task Timeline_Nothing_SaysWhatToDo()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        portal.Open<TimelinePage>("/timeline?on=2020-01-01").Markup.Should().Contain("Nothing was live that the portal saw");
    }
}
