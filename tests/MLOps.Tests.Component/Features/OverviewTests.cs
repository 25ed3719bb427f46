using Bunit;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Portal.Features.Overview;
using MLOps.Portal.Shared.History;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class OverviewTests
{
    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    [Fact]
    public async Task Approval_ThatExpiresSoon_ComesFirstAndSaysSo()
    {
        var cloud = IrisStory.Cloud();
        cloud.Approvals.Set(
            new PendingApproval("local", "patient", "Sign", "Ask", "e-1") { Since = Now.AddDays(-2), Expires = Now.AddDays(5) },
            new PendingApproval("local", "urgent", "Sign", "Ask", "e-2") { Since = Now.AddHours(-1), Expires = Now.AddHours(3.5) });
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<OverviewPage>("/");
        page.FindAll("[aria-label='Needs you'] .rows li b a, [aria-label='Needs you'] .rows li a b").Take(2).Select(b => b.TextContent).Should().Equal("urgent", "patient");
        page.Find("[aria-label='Needs you'] .soon").TextContent.Should().Be("expires in 3 h");
        Figure(page, "Approvals").Should().Contain("2").And.Contain("1 expire within a day");
    }

    [Fact]
    public async Task TuningAndTransforms_AreAmongWhatRunsAndWhatFailed()
    {
        var cloud = IrisStory.Cloud();
        cloud.Tunings.Set(new TuningJobSummary("local", "tune-it", "InProgress") { Created = Now, MostJobs = 9, Jobs = new(1, 4, 0, 0) });
        cloud.Transforms.Set(new TransformJobSummary("local", "batch-it", "Failed") { Created = Now, FailureReason = "no rows" });
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<OverviewPage>("/");
        page.Find("[aria-label='Running now']").TextContent.Should().Contain("tune-it").And.Contain("4 of 9 trials");
        page.Find("[aria-label='Needs you']").TextContent.Should().Contain("batch-it").And.Contain("no rows");
    }

    [Fact]
    public async Task Endpoints_TrafficKnown_ShowsCoursesAndWhoIsIdle()
    {
        var cloud = IrisStory.Cloud();
        cloud.Traffic = new(Now,
        [
            new("iris-model-production", [.. Enumerable.Range(0, 24).Select(h => (double)h)], false),
            new("iris-model-development", [.. Enumerable.Repeat(0.0, 24)], true),
        ]);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<OverviewPage>("/");
        page.WaitForAssertion(() => page.FindAll("[aria-label='Endpoints'] .rows svg.spark").Should().HaveCount(2));
        page.Find("[aria-label='276 requests to iris-model-production in 24 hours']").Should().NotBeNull();
        page.FindAll("[aria-label='Endpoints'] li").First(l => l.TextContent.Contains("iris-model-development", StringComparison.Ordinal)).TextContent.Should().Contain("Idle");
        page.Find("[aria-label='Spend by endpoint'] .source").TextContent.Should().Contain("1 endpoint had no request in 7 days and costs $83.95 a month");
        Figure(page, "Requests").Should().Contain("276");
    }

    [Fact]
    public async Task Spend_IsInstanceHoursTimesThePriceTable()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<OverviewPage>("/");
        var rows = page.FindAll("[aria-label='Spend by endpoint'] tbody tr").Select(r => r.QuerySelectorAll("td").Select(c => c.TextContent.Trim()).ToList()).ToList();
        rows[0][..3].Should().Equal("iris-model-production", "3", "$0.345");
        page.Find("[aria-label='Spend by endpoint'] tfoot").TextContent.Should().Contain("$0.46");
        Figure(page, "Spend").Should().Contain("$11.04", "four instances for a day");
    }

    [Fact]
    public async Task Deployments_AreThoseThatThePortalKept()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        portal.History.Changes.AddRange(
        [
            new EndpointChange("iris-model-production", Now.AddHours(-2), EndpointChangeKind.Deployed, "c1", "c1 serves"),
            new EndpointChange("iris-model-production", Now.AddHours(-3), EndpointChangeKind.Started, "c1", "begins"),
            new EndpointChange("iris-model-development", Now.AddHours(-1), EndpointChangeKind.RolledBack, "c2", "an alarm fired"),
        ]);
        var page = portal.Open<OverviewPage>("/");
        page.FindAll("[aria-label='Last deployments'] li").Select(l => l.QuerySelector(".chip")!.TextContent.Trim()).Should().Equal("Taken back", "Deployed");
    }

    private static string Figure(IRenderedComponent<OverviewPage> page, string title) => page.FindAll(".figures li").First(l => l.QuerySelector(".title")!.TextContent == title).TextContent;
}
