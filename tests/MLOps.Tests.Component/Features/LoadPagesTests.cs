using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MLOps.LoadGenerator;
using MLOps.Portal.Features.Load;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class LoadPagesTests
{
    private static readonly LoadEvent[] Run =
    [
        new LoadTick(0.5, 1, 50, 0, 100, new(10, 11, 12, 13)), new LoadStep(1, 50, 0, 0.5, new(10, 11, 12, 13)),
        new LoadTick(1, 10, 950, 1, 190, new(40, 50, 60, 70)), new LoadStep(10, 950, 1, 5, new(40, 50, 60, 70)),
        new LoadEnded("done", 1000, 1, 5.5, new(39, 50, 60, 70), new Dictionary<string, int> { ["model 500"] = 1 }, "boom"),
    ];

    [Fact]
    public async Task Start_OfAPreset_RunsAndShowsKneeAndProposalAtItsEnd()
    {
        var cloud = IrisStory.Cloud();
        cloud.LoadEvents.AddRange(Run);
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var form = portal.Open<LoadPage>("/load?endpoint=iris-model-development");
        form.Find("textarea").Change("4.6,3.1,1.5,0.2");
        form.Find("#start-run").Click();
        form.WaitForAssertion(() => Address(portal).Should().StartWith("/load/"));
        cloud.Loads.Single().Should().Match<MLOps.Cloud.Load.LoadRequest>(r => r.Concurrency == 10 && r.Requests == 1000);
        var page = portal.Open<RunPage>(Address(portal), p => p.Add(x => x.Id, Address(portal)[6..]));
        page.WaitForAssertion(() => page.Find(".tiles").TextContent.Should().Contain("1,000").And.Contain("60.0 ms"));
        // The figures are there before the run has ended and its knee is known.
        page.WaitForAssertion(() => page.Find("[aria-label='What it means']").TextContent.Should().Contain("invocations an instance and minute"), TimeSpan.FromSeconds(10));
        page.Find("tr.knee").TextContent.Should().Contain("1");
        page.Markup.Should().Contain("model 500").And.Contain("boom");
    }

    [Fact]
    public async Task Body_OfAnEndpoint_BeginsWithARowOfItsTrainingData()
    {
        var cloud = IrisStory.Cloud();
        var model = cloud.Endpoints.Current("local").Items.Single(e => e.Name == "iris-model-development").Variants[0].Model;
        cloud.Signatures[model] = new("s3://data/train.csv", 2, [new("length", "5.1", 4, 8, false, []), new("kind", "wild, tall", null, null, false, [])]);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<LoadPage>("/load");
        page.Find("textarea").GetAttribute("value").Should().BeNullOrEmpty("nothing is known before an endpoint is chosen");
        page.FindAll("select")[0].Change("iris-model-development");
        page.Find("textarea").GetAttribute("value").Should().Be("5.1,\"wild, tall\"");
        page.Find("textarea").Change("4.9,garden");
        page.FindAll("select")[0].Change("iris-model-production");
        page.FindAll("select")[0].Change("iris-model-development");
        page.Find("textarea").GetAttribute("value").Should().Be("4.9,garden", "what somebody has written stays");
    }

    [Fact]
    public async Task Start_MoreThanTheRoleMay_IsRefused()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud, Roles.Approver);
        var form = portal.Open<LoadPage>("/load?endpoint=iris-model-development&concurrency=11&requests=1001");
        form.Find("textarea").Change("4.6,3.1,1.5,0.2");
        form.Find("#start-run").Click();
        form.WaitForAssertion(() => form.Find("[role=alert]").TextContent.Should().Contain("at most 1,000"));
        cloud.Loads.Should().BeEmpty();
        portal.Open<LoadPage>("/load?endpoint=iris-model-production").Find("#start-run").HasAttribute("disabled").Should().BeTrue("an approver may put no load on production");
        cloud.Stages["iris-model-development"] = new("iris-model-pipeline", "Release", "Ask", "SayYes");
        portal.Open<LoadPage>("/load?endpoint=iris-model-development").Find("#start-run").HasAttribute("disabled").Should().BeTrue("behind an approval it is production whatever its name");
    }

    [Fact]
    public async Task Start_WhileAnotherGoesAtTheEndpoint_IsRefusedUntilItIsCancelled()
    {
        var cloud = IrisStory.Cloud();
        cloud.LoadGate = new TaskCompletionSource();
        await using var portal = new PortalContext(cloud);
        var form = portal.Open<LoadPage>("/load?endpoint=iris-model-development");
        form.Find("textarea").Change("4.6,3.1,1.5,0.2");
        form.Find("#start-run").Click();
        form.WaitForAssertion(() => Address(portal).Should().StartWith("/load/"));
        var first = Address(portal)[6..];
        form.Find("#start-run").Click();
        form.WaitForAssertion(() => form.Find("[role=alert]").TextContent.Should().Contain("already"));
        var page = portal.Open<RunPage>($"/load/{first}", p => p.Add(x => x.Id, first));
        page.Find("button.danger").Click();
        page.WaitForAssertion(() => page.Markup.Should().Contain("Cancelled"), TimeSpan.FromSeconds(10));
        page.Markup.Should().Contain("Too short to draw", "nothing more will come");
        form.Find("#start-run").Click();
        form.WaitForAssertion(() => cloud.Loads.Should().HaveCount(2));
        cloud.LoadGate.SetResult();
    }

    [Fact]
    public async Task Compare_TwoRuns_ShowsTheChange()
    {
        var cloud = IrisStory.Cloud();
        cloud.LoadEvents.AddRange(Run);
        await using var portal = new PortalContext(cloud);
        var runs = portal.Services.GetRequiredService<LoadRuns>();
        var ids = new List<string>();
        foreach (var endpoint in (string[])["iris-model-development", "iris-model-production"])
        {
            ids.Add((await runs.StartAsync("local", new(endpoint, 10, 1000, [[49]]), new() { Concurrency = 10, Requests = 1000 }, "me", CancellationToken.None)).Id);
            await Eventually.TrueAsync(() => Task.FromResult(runs.Find(ids[^1]) is null), TimeSpan.FromSeconds(10), "the run ends");
        }
        var page = portal.Open<ComparePage>($"/load/compare?one={ids[0]}&two={ids[1]}");
        page.WaitForAssertion(() => page.Find("table.data").TextContent.Should().Contain("p99").And.Contain("0 %"));
        page.Markup.Should().Contain("First: iris-model-development");
    }

    [Fact]
    public async Task Page_Viewer_CannotStart()
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), Roles.Viewer);
        portal.Open<LoadPage>("/load?endpoint=iris-model-development").FindAll("#start-run").Should().BeEmpty();
        portal.Open<RunPage>("/load/none", p => p.Add(x => x.Id, "none")).WaitForAssertion(() => { });
    }

    private static string Address(PortalContext portal) => new Uri(portal.Services.GetRequiredService<NavigationManager>().Uri).PathAndQuery;
}
