using AngleSharp.Dom;
using Bunit;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Portal.Features.Pipelines;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class PipelinePagesTests
{
    private static readonly CloudFault Down = new(CloudFaultKind.Unreachable, "The cloud at http://127.0.0.1:4566 does not answer.");

    [Fact]
    public async Task Pipelines_NothingKnownYet_ShowsSkeletons()
    {
        await using var portal = new PortalContext(new FakeCloud());
        portal.Open<PipelinesPage>("/pipelines").FindAll(".skeletons").Should().HaveCount(1);
    }

    [Fact]
    public async Task Pipelines_None_SaysWhatToDo()
    {
        var cloud = new FakeCloud();
        cloud.Pipelines.Set();
        await using var portal = new PortalContext(cloud);
        portal.Open<PipelinesPage>("/pipelines").Markup.Should().Contain("No pipelines yet");
    }

    [Fact]
    public async Task Pipelines_CloudAway_SaysWhyAndRetries()
    {
        var cloud = new FakeCloud();
        cloud.Pipelines.Fail(Down);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PipelinesPage>("/pipelines");
        page.Find("[role=alert]").TextContent.Should().Contain(Down.Message);
        page.Find("[role=alert] button").Click();
        cloud.Pipelines.Refreshes.Should().Be(1);
    }

    [Fact]
    public async Task Pipelines_CloudGoesAway_KeepsTheLastStateWithItsAge()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PipelinesPage>("/pipelines");
        cloud.Pipelines.Fail(Down);
        page.WaitForAssertion(() => page.Find(".stale").TextContent.Should().Contain(Down.Message));
        page.FindAll("tbody tr").Should().HaveCount(3);
    }

    [Fact]
    public async Task Pipelines_ChangeInTheCloud_ShowsWithoutReload()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PipelinesPage>("/pipelines");
        page.FindAll("tbody tr").Should().HaveCount(3);
        cloud.Pipelines.Set(new PipelineSummary("local", "only-one") { Latest = new("x", "Succeeded") });
        page.WaitForAssertion(() => page.FindAll("tbody tr .lead").Select(e => e.TextContent.Trim()).Should().Equal("only-one"));
    }

    [Theory]
    [InlineData("?q=IRIS", "iris-model-pipeline")]
    [InlineData("?status=failed", "churn-model-pipeline")]
    [InlineData("?sort=-name", "mlops-image-pipeline,iris-model-pipeline,churn-model-pipeline")]
    [InlineData("?q=nothing", "")]
    public async Task Pipelines_FilterAndSort_AreReadFromTheAddress(string query, string names)
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<PipelinesPage>($"/pipelines{query}");
        string.Join(",", page.FindAll("tbody tr .lead").Select(e => e.TextContent.Trim())).Should().Be(names);
    }

    [Fact]
    public async Task Pipelines_PageLeft_StopsReading()
    {
        var cloud = IrisStory.Cloud();
        var portal = new PortalContext(cloud);
        portal.Open<PipelinesPage>("/pipelines");
        cloud.Pipelines.Readers.Should().Be(1);
        await portal.DisposeAsync();
        SpinWait.SpinUntil(() => cloud.Pipelines.Readers == 0, TimeSpan.FromSeconds(5)).Should().BeTrue();
    }

    [Fact]
    public async Task Pipeline_Waiting_LinksToTheApprovalTheJobAndTheEndpoint()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = Pipeline(portal, IrisStory.Pipeline);
        var links = page.FindAll(".board a").Select(a => a.GetAttribute("href")).ToList();
        links.Should().Contain($"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}")
            .And.Contain($"/training/{IrisStory.Job(IrisStory.Candidate)}").And.Contain("/endpoints/iris-model-development");
        page.FindAll(".board .stage.earlier h2").Select(e => e.TextContent).Should().Equal("DeployPrd");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?status=waiting")]
    public async Task Pipeline_Waiting_IsToldInTheListOfExecutions(string query)
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<PipelinePage>($"/pipelines/{IrisStory.Pipeline}{query}", p => p.Add(c => c.Name, IrisStory.Pipeline));
        page.WaitForAssertion(() => page.Find("table[data-table=executions] tbody tr").TextContent.Should().Contain("Waits for approval"));
    }

    [Fact]
    public async Task Stage_ActionsOfOneOrder_StandBesideEachOtherBeforeThoseThatWaitForThem()
    {
        var cloud = IrisStory.Cloud();
        var iris = cloud.Pipelines.Current("local").Items.First(p => p.Name == IrisStory.Pipeline);
        var stage = new StageState("Check", "InProgress", IrisStory.Candidate)
        {
            Actions = [new("Sum") { RunOrder = 2 }, new("Numbers", "Succeeded") { RunOrder = 1 }, new("Words", "InProgress") { RunOrder = 1 }],
        };
        cloud.Pipelines.Set(iris with { Stages = [.. iris.Stages, stage] });
        await using var portal = new PortalContext(cloud);
        var card = Pipeline(portal, IrisStory.Pipeline).Find(".stage[aria-label=Check]");
        card.QuerySelectorAll(".steps > li").Select(s => s.QuerySelectorAll(".name").Select(n => n.TextContent.Trim())).Should().BeEquivalentTo(new[] { new[] { "Numbers", "Words" }, ["Sum"] }, o => o.WithStrictOrdering());
        card.QuerySelectorAll(".together").Should().ContainSingle();
    }

    [Fact]
    public async Task Pipeline_Failed_TellsTheReasonAndRetries()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var page = Pipeline(portal, "churn-model-pipeline");
        page.Find(".notice.failed").TextContent.Should().Contain("Train / TrainModel failed").And.Contain("max_depth");
        page.Find(".notice.failed a").GetAttribute("href").Should().Be($"/training/churn-model-{IrisStory.Failed}");
        page.FindAll(".board button").First(b => b.TextContent.Contains("Retry what failed", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => cloud.Calls.Should().Equal($"retry churn-model-pipeline Train {IrisStory.Failed} all=False"));
        page.FindAll(".board button").First(b => b.TextContent.Contains("Retry all actions", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => cloud.Calls.Should().HaveCount(2).And.EndWith($"retry churn-model-pipeline Train {IrisStory.Failed} all=True"));
    }

    [Fact]
    public async Task Pipeline_Start_AsksFirst()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var dialogs = portal.RenderDialogs();
        var page = Pipeline(portal, IrisStory.Pipeline);
        Button(page, "Start").Click();
        dialogs.WaitForAssertion(() => dialogs.Markup.Should().Contain("Start iris-model-pipeline?"));
        cloud.Calls.Should().BeEmpty();
        dialogs.FindAll("button")[^1].Click();
        page.WaitForAssertion(() => cloud.Calls.Should().Equal("start iris-model-pipeline"));
    }

    [Theory]
    [InlineData(Roles.Viewer)]
    [InlineData(Roles.Approver)]
    public async Task Pipeline_WhoMayNotOperate_SeesNoCommands(string role)
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), role);
        var page = Pipeline(portal, "churn-model-pipeline");
        page.FindAll("button").Select(b => b.TextContent.Trim()).Should().NotContain(["Start", "Stop", "Retry what failed"]);
    }

    [Fact]
    public async Task Pipeline_Unknown_SaysSo()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        Pipeline(portal, "gone").Markup.Should().Contain("There is no such pipeline");
    }

    [Fact]
    public async Task Pipeline_DetailRefused_KeepsTheBoardAndOffersARetry()
    {
        var cloud = IrisStory.Cloud();
        cloud.Fault = new(CloudFaultKind.Denied, "Access denied.", "AccessDeniedException");
        await using var portal = new PortalContext(cloud);
        var page = Pipeline(portal, IrisStory.Pipeline);
        page.FindAll(".board > li").Should().HaveCount(5);
        page.Find("[role=alert]").TextContent.Should().Contain("Access denied.");
        cloud.Fault = null;
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => page.FindAll("tbody tr").Should().HaveCount(3));
    }

    private static IRenderedComponent<PipelinePage> Pipeline(PortalContext portal, string name) =>
        portal.Open<PipelinePage>($"/pipelines/{name}", p => p.Add(c => c.Name, name));

    private static IElement Button(IRenderedComponent<PipelinePage> page, string words) => page.FindAll("button").First(b => b.TextContent.Trim() == words);
}
