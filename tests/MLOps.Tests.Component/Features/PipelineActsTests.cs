using Bunit;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Pipelines;
using MLOps.Portal.Features.Pipelines;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using MudBlazor;

namespace MLOps.Tests.Component.Features;

/// <summary>What people do to a pipeline, and what they read of its executions.</summary>
public sealed class PipelineActsTests
{
    [Fact]
    public async Task Start_WithOverrides_SendsVariablesAndRevisions()
    {
        var cloud = IrisStory.Cloud();
        var detail = cloud.PipelineDetails[IrisStory.Pipeline];
        cloud.PipelineDetails[IrisStory.Pipeline] = detail with { Definition = detail.Definition with { Variables = [new("size", "small"), new("owner", "")] } };
        cloud.SourceRevisions.Add(new("SourceAction", "version-7", "2026-03-01 08:00 UTC"));
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var dialogs = portal.RenderDialogs();
        Click(Pipeline(portal), "Start");
        dialogs.WaitForAssertion(() => dialogs.FindAll("select option").Should().HaveCount(2));
        Button(dialogs, "Start").HasAttribute("disabled").Should().BeTrue("a variable without a default needs a value");

        dialogs.Find("select").Change("version-7");
        dialogs.FindAll("input.field")[1].Input("me");
        dialogs.WaitForAssertion(() => Button(dialogs, "Start").HasAttribute("disabled").Should().BeFalse());
        Button(dialogs, "Start").Click();

        dialogs.WaitForAssertion(() => cloud.Calls.Should().Equal("start iris-model-pipeline owner=me SourceAction:S3_OBJECT_VERSION_ID=version-7"));
    }

    [Fact]
    public async Task Stop_Abandoning_SendsTheReason()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var dialogs = portal.RenderDialogs();
        Click(Pipeline(portal), "Stop");
        dialogs.WaitForElement("input[type=text]").Input("wrong data");
        dialogs.FindAll("input[type=radio]")[1].Click();
        Button(dialogs, "Stop").Click();
        dialogs.WaitForAssertion(() => cloud.Calls.Should().Equal($"stop {IrisStory.Pipeline} {IrisStory.Candidate} abandon=True wrong data"));
    }

    [Fact]
    public async Task Transition_Closed_NeedsAReasonAndCanBeOpened()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var dialogs = portal.RenderDialogs();
        var page = Pipeline(portal);
        // On the renderer's own thread nothing is drawn again between finding and clicking.
        await page.InvokeAsync(() => page.Find("button[aria-label='Disable transition… into DeployPrd']").Click());
        dialogs.WaitForElement("input[type=text]").Input("a, b");
        dialogs.WaitForAssertion(() => Button(dialogs, "Disable transition").HasAttribute("disabled").Should().BeTrue("CodePipeline takes no comma"));
        await dialogs.InvokeAsync(() => dialogs.Find("input[type=text]").Input("Release freeze"));
        dialogs.WaitForAssertion(() => Button(dialogs, "Disable transition").HasAttribute("disabled").Should().BeFalse());
        await dialogs.InvokeAsync(() => Button(dialogs, "Disable transition").Click());
        dialogs.WaitForAssertion(() => cloud.Calls.Should().ContainSingle().Which.Should().Contain("DeployPrd").And.Contain("Release freeze"));

        var iris = cloud.Pipelines.Current("local").Items.First(p => p.Name == IrisStory.Pipeline);
        cloud.Pipelines.Set(iris with { Stages = [.. iris.Stages.Select(s => s.Name == "DeployPrd" ? s with { TransitionEnabled = false, DisabledReason = "Release freeze", DisabledBy = "arn:aws:sts::1:assumed-role/portal/ops", DisabledAt = FakeCloud.Now } : s)] });
        page.WaitForAssertion(() => page.Find(".closed").TextContent.Should().Contain("Release freeze").And.Contain("ops"));
        await page.InvokeAsync(() => page.Find("button[aria-label='Enable transition into DeployPrd']").Click());
        page.WaitForAssertion(() => cloud.Calls.Should().HaveCount(2));
    }

    [Fact]
    public async Task RollBack_SaysWhatWillHappenAndOffersOnlyOthers()
    {
        var cloud = IrisStory.Cloud();
        cloud.RollbackTargets.AddRange([new(IrisStory.Candidate, "InProgress") { Started = FakeCloud.Now }, new(IrisStory.Champion, "Succeeded") { Started = FakeCloud.Now.AddDays(-1) }]);
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var dialogs = portal.RenderDialogs();
        var page = Pipeline(portal);
        page.FindAll(".stage").First(s => s.GetAttribute("aria-label") == "DeployDev").QuerySelectorAll("button").First(b => b.TextContent.Contains("Roll back", StringComparison.Ordinal)).Click();
        dialogs.WaitForAssertion(() => dialogs.FindAll("input[type=radio]").Select(r => r.GetAttribute("value")).Should().Equal(IrisStory.Champion));
        dialogs.Markup.Should().Contain("no other stage runs");
        Button(dialogs, "Roll back").HasAttribute("disabled").Should().BeTrue();
        dialogs.Find("input[type=radio]").Change(IrisStory.Champion);
        Button(dialogs, "Roll back").Click();
        dialogs.WaitForAssertion(() => cloud.Calls.Should().Equal($"rollback {IrisStory.Pipeline} DeployDev {IrisStory.Champion}"));
    }

    [Theory]
    [InlineData(false, "ran an older version than its current one, 3")]
    [InlineData(true, "2 older executions cannot be gone back to")]
    public async Task RollBack_PipelineWasChanged_SaysWhyOlderExecutionsAreNotOffered(bool isOneLeft, string why)
    {
        var cloud = IrisStory.Cloud();
        cloud.OutdatedTargets = 2;
        if (isOneLeft)
            cloud.RollbackTargets.Add(new(IrisStory.Champion, "Succeeded"));
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var dialogs = portal.RenderDialogs();
        var page = Pipeline(portal);
        await page.InvokeAsync(() => page.FindAll("button").First(b => b.TextContent.Contains("Roll back", StringComparison.Ordinal)).Click());
        dialogs.WaitForAssertion(() => dialogs.Markup.Should().Contain(why).And.Contain("source revision"));
        dialogs.FindAll("input[type=radio]").Should().HaveCount(isOneLeft ? 1 : 0);
    }

    [Theory]
    [InlineData(Roles.Scientist, false)]
    [InlineData(Roles.Admin, true)]
    public async Task RollBack_BehindAGate_IsForAdministrators(string role, bool may)
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), role);
        var stage = Pipeline(portal).FindAll(".stage").First(s => s.GetAttribute("aria-label") == "DeployPrd");
        stage.QuerySelectorAll("button").Any(b => b.TextContent.Contains("Roll back", StringComparison.Ordinal)).Should().Be(may);
    }

    [Fact]
    public async Task RollBack_Refused_SaysWhy()
    {
        var cloud = IrisStory.Cloud();
        cloud.RollbackTargets.Add(new(IrisStory.Champion, "Succeeded"));
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var dialogs = portal.RenderDialogs();
        var words = portal.Render<MudSnackbarProvider>();
        var page = Pipeline(portal);
        page.FindAll("button").First(b => b.TextContent.Contains("Roll back", StringComparison.Ordinal)).Click();
        dialogs.WaitForElement("input[type=radio]").Change(IrisStory.Champion);
        cloud.Fault = new(CloudFaultKind.Conflict, "The pipeline was changed since that execution.", "PipelineExecutionOutdatedException");
        Button(dialogs, "Roll back").Click();
        words.WaitForAssertion(() => words.Markup.Should().Contain("changed since that execution"));
    }

    [Fact]
    public async Task Parallel_SaysThatEachExecutionHasItsOwnStagesAndCannotBeRolledBack()
    {
        var cloud = IrisStory.Cloud();
        var iris = cloud.Pipelines.Current("local").Items.First(p => p.Name == IrisStory.Pipeline);
        cloud.Pipelines.Set(iris with { ExecutionMode = "PARALLEL" });
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var page = Pipeline(portal);
        page.Markup.Should().Contain("Executions run beside each other");
        page.FindAll("button").Should().NotContain(b => b.TextContent.Contains("Roll back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Execution_OpenAction_ShowsWhatItTookAndLeftWithItsLog()
    {
        var cloud = IrisStory.Cloud();
        var story = cloud.Executions[IrisStory.Candidate];
        var train = story.Actions.First(a => a.Action == "TrainModel") with
        {
            Inputs = [new("ModelSource", "store", "in/key")], Outputs = [new("Deployment", "store", "out/key")], Configuration = [new("FunctionName", "trainer")], OutputVariables = [new("TrainingJobName", "j")],
        };
        cloud.Executions[IrisStory.Candidate] = story with { Actions = [.. story.Actions.Select(a => a.Id == train.Id ? train : a)] };
        await using var portal = new PortalContext(cloud);
        var page = Pipeline(portal, $"?execution={IrisStory.Candidate}&action={train.Id}");
        page.WaitForAssertion(() => page.FindAll("a[download]").Select(a => a.GetAttribute("href")).Should().Equal(
            $"/pipelines/{IrisStory.Pipeline}/executions/{IrisStory.Candidate}/actions/{train.Id}/artifacts/ModelSource",
            $"/pipelines/{IrisStory.Pipeline}/executions/{IrisStory.Candidate}/actions/{train.Id}/artifacts/Deployment"));
        page.Find("section.action").TextContent.Should().Contain("TrainingJobName").And.Contain(IrisStory.Job(IrisStory.Candidate));
        page.FindAll("select[aria-label=Log] option").Select(o => o.TextContent).Should().Equal($"Training job {IrisStory.Job(IrisStory.Candidate)}", "Function trainer");
        page.WaitForAssertion(() => page.FindAll("[role=log]").Should().HaveCount(1));
    }

    [Fact]
    public async Task Execution_OpenDeployment_ShowsTheEventsOfItsStack()
    {
        var cloud = IrisStory.Cloud();
        var story = cloud.Executions[IrisStory.Candidate];
        var deploy = story.Actions.First(a => a.Action == "DeployModelDev") with { Configuration = [new("StackName", "iris-model-development")] };
        cloud.Executions[IrisStory.Candidate] = story with { Actions = [.. story.Actions.Select(a => a.Id == deploy.Id ? deploy : a)] };
        await using var portal = new PortalContext(cloud);
        var page = Pipeline(portal, $"?execution={IrisStory.Candidate}&action={deploy.Id}");
        page.WaitForAssertion(() => page.Find("section.action").TextContent.Should().Contain("Events of the stack iris-model-development").And.Contain("1 line"));
        page.Find("section.action a[href='/endpoints/iris-model-development']").TextContent.Should().Be("iris-model-development");
    }

    [Fact]
    public async Task Executions_Superseded_NamesWhatOvertookIt()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = Pipeline(portal, "?status=stopped");
        page.WaitForAssertion(() => page.FindAll("table[data-table=executions] tbody tr").Should().ContainSingle().Which.TextContent.Should().Contain("Superseded").And.Contain("by"));
    }

    [Fact]
    public async Task Executions_TwoPicked_AreComparedByTheirAddress()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = Pipeline(portal);
        page.WaitForAssertion(() => page.FindAll("table[data-table=executions] input[type=checkbox]").Should().HaveCount(3));
        page.FindAll("table[data-table=executions] input[type=checkbox]")[0].Change(true);
        page.FindAll("table[data-table=executions] input[type=checkbox]")[2].Change(true);
        page.WaitForAssertion(() => page.FindAll("a").Select(a => a.GetAttribute("href")).Should().Contain($"/pipelines/{IrisStory.Pipeline}/compare?before={IrisStory.Champion}&after={IrisStory.Candidate}"));
    }

    [Fact]
    public async Task Compare_TwoExecutions_MarksWhatDiffers()
    {
        var cloud = IrisStory.Cloud();
        var after = cloud.Executions[IrisStory.Candidate];
        cloud.Executions[IrisStory.Champion] = new(after.Execution with { Id = IrisStory.Champion, Revisions = [new("SourceAction", "another")] }, [after.Actions[0]]);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<ExecutionComparePage>($"/pipelines/{IrisStory.Pipeline}/compare?before={IrisStory.Champion}&after={IrisStory.Candidate}", p => p.Add(c => c.Name, IrisStory.Pipeline));
        page.WaitForAssertion(() => page.FindAll("tr.differs").Select(r => r.QuerySelector("th")!.TextContent).Should().Equal("SourceAction"));
        page.Markup.Should().Contain("did not run");
    }

    private static IRenderedComponent<PipelinePage> Pipeline(PortalContext portal, string query = "") =>
        portal.Open<PipelinePage>($"/pipelines/{IrisStory.Pipeline}{query}", p => p.Add(c => c.Name, IrisStory.Pipeline));

    private static void Click(IRenderedComponent<PipelinePage> page, string words) => page.FindAll("button").First(b => b.TextContent.Trim() == words).Click();

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<MudDialogProvider> dialogs, string words) => dialogs.FindAll("button").Last(b => b.TextContent.Trim() == words);
}
