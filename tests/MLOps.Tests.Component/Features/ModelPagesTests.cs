using Bunit;
using MLOps.Cloud.Models;
using MLOps.Cloud.Registry;
using MLOps.Ledger;
using MLOps.Portal.Features.Models;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class ModelPagesTests
{
    private const string Arn = "arn:aws:sagemaker:us-east-1:123456789012:model-package/iris-model/2";

    [Fact]
    public async Task Versions_Registered_ShowApprovalQualityAndWhereTheyServe()
    {
        await using var portal = new PortalContext(Cloud());
        var page = portal.Open<ModelsPage>("/models");
        var rows = page.FindAll("[aria-label=Versions] tbody tr");
        rows.Should().HaveCount(2);
        rows[0].TextContent.Should().Contain("iris-model v2").And.Contain("Waits for approval").And.Contain("logistic:accuracy 0.97");
        rows[1].TextContent.Should().Contain("Approved").And.Contain("iris-model-production");
    }

    [Fact]
    public async Task Versions_FilteredByApproval_ShowWhatFits()
    {
        await using var portal = new PortalContext(Cloud());
        portal.Open<ModelsPage>("/models?status=Approved").FindAll("[aria-label=Versions] tbody tr").Should().ContainSingle().Which.TextContent.Should().Contain("v1");
    }

    [Fact]
    public async Task Models_Tab_ListsModelsWithTheirEndpoints()
    {
        await using var portal = new PortalContext(Cloud());
        var page = portal.Open<ModelsPage>("/models?tab=models");
        page.Find(".tab-bar a.open").TextContent.Should().Contain("Deployable models");
        page.FindAll("[aria-label=Models] tbody tr").Should().NotBeEmpty();
    }

    [Fact]
    public async Task Models_MoreThanThePortalHolds_AreAskedPageByPage()
    {
        var cloud = Cloud();
        cloud.Models.Set([.. Enumerable.Range(0, IModelReader.Held).Select(i => Model(i))]);
        cloud.OlderModels.AddRange(Enumerable.Range(IModelReader.Held, 30).Select(i => Model(i)));
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<ModelsPage>("/models?tab=models");
        page.FindAll("[aria-label=Models] tbody tr").Should().HaveCount(50);
        page.Markup.Should().Contain("the cloud is asked page by page");
        for (var i = 0; i < 4; i++)
            page.FindAll("button").Single(b => b.TextContent == "Further").Click();
        page.FindAll("[aria-label=Models] tbody tr").Should().HaveCount(30);
        page.Markup.Should().Contain("model-229");
        page.FindAll("button").Single(b => b.TextContent == "Further").HasAttribute("disabled").Should().BeTrue();
        portal.Open<ModelsPage>("/models?tab=models&q=model-22&sort=name").FindAll("[aria-label=Models] tbody tr").Should().HaveCount(10);
        cloud.Calls.Should().Contain("models like 'model-22' by name from ");
    }

    [Fact]
    public async Task Model_OlderThanThePortalHolds_IsReadByItsName()
    {
        var cloud = Cloud();
        cloud.OlderModels.Add(Model(7));
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<ModelPage>("/models/x", p => p.Add(c => c.Name, "model-007"));
        page.Find("[aria-label='What it is']").TextContent.Should().Contain("Artifact");
        portal.Open<ModelPage>("/models/x", p => p.Add(c => c.Name, "model-008")).Markup.Should().Contain("There is no such model");
    }

    [Fact]
    public async Task Versions_MoreThanThePortalHolds_AreFoundByTheirGroup()
    {
        var cloud = Cloud();
        cloud.Packages.Set([.. Enumerable.Range(1, IModelRegistry.Held).Select(i => Package(i + 10, IrisStory.Champion, "Approved", "0.9"))]);
        cloud.OlderPackages.Add(Package(3, IrisStory.Champion, "Rejected", "0.5"));
        await using var portal = new PortalContext(cloud);
        portal.Open<ModelsPage>("/models").Markup.Should().Contain("the newest 500 versions");
        var group = portal.Open<GroupPage>("/models/groups/iris-model", p => p.Add(c => c.Group, "iris-model"));
        group.FindAll("tbody tr").Should().ContainSingle().Which.TextContent.Should().Contain("v3").And.Contain("Rejected");
        Open(portal, 3).Find("[aria-label=Quality]").TextContent.Should().Contain("0.5");
        Open(portal, 4).Markup.Should().Contain("There is no such version");
    }

    [Fact]
    public async Task Group_Versions_AreComparedByMetric()
    {
        await using var portal = new PortalContext(Cloud());
        var page = portal.Open<GroupPage>("/models/groups/iris-model", p => p.Add(c => c.Group, "iris-model"));
        page.FindAll("thead th").Select(h => h.TextContent).Should().Contain("logistic:accuracy");
        page.FindAll("tbody tr td:nth-child(4)").Select(c => c.TextContent).Should().Equal("0.97", "0.93");
    }

    [Fact]
    public async Task Package_Page_ShowsSignatureSampleAndLineage()
    {
        var cloud = Cloud();
        cloud.Sample = new SamplePayload("sample.csv", "5.1,3.5,1.4,0.2\n");
        await using var portal = new PortalContext(cloud);
        var page = Open(portal, 1);
        page.Find("[aria-label=Signature]").TextContent.Should().Contain("text/csv").And.Contain("5.1,3.5,1.4,0.2").And.Contain("sepal_length");
        page.Find("[aria-label=Lineage]").TextContent.Should().Contain("train").And.Contain("iris-model-production");
    }

    [Theory]
    [InlineData(Roles.Approver, 2)]
    [InlineData(Roles.Scientist, 0)]
    [InlineData(Roles.Viewer, 0)]
    public async Task Package_Decision_IsForApprovers(string role, int buttons)
    {
        await using var portal = new PortalContext(Cloud(), role);
        Open(portal, 2).FindAll(".acts button").Should().HaveCount(buttons);
    }

    [Fact]
    public async Task Package_Approve_AsksWhyAndTellsTheCloud()
    {
        var cloud = Cloud();
        await using var portal = new PortalContext(cloud, Roles.Approver);
        var dialogs = portal.RenderDialogs();
        Open(portal, 2).FindAll(".acts button").Single(b => b.TextContent == "Approve").Click();
        var approve = () => dialogs.FindAll("button").Single(b => b.TextContent == "Approve");
        approve().HasAttribute("disabled").Should().BeTrue("a decision has a reason");
        dialogs.Find("textarea").Input("Better than what serves");
        approve().Click();
        dialogs.WaitForAssertion(() => cloud.Calls.Should().Equal($"decide {Arn} True Better than what serves"));
    }

    [Fact]
    public async Task Package_ApprovedByWhoLeavesAtOnce_IsApproved()
    {
        var cloud = Cloud();
        var (asked, answered) = (new TaskCompletionSource(), new TaskCompletionSource());
        cloud.BeforeDecision = cancelled =>
        {
            asked.SetResult();
            return answered.Task.WaitAsync(cancelled);
        };
        await using var portal = new PortalContext(cloud, Roles.Approver);
        var dialogs = portal.RenderDialogs();
        var page = Open(portal, 2);
        page.FindAll(".acts button").Single(b => b.TextContent == "Approve").Click();
        dialogs.Find("textarea").Input("Better than what serves");
        dialogs.FindAll("button").Single(b => b.TextContent == "Approve").Click();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(10), Xunit.TestContext.Current.CancellationToken);

        await page.InvokeAsync(page.Instance.Dispose);
        answered.SetResult();

        dialogs.WaitForAssertion(() => portal.Ledger.Entries.Select(e => e.Result).Should().Equal("", EntryResult.Happened));
        cloud.Calls.Should().Equal($"decide {Arn} True Better than what serves");
    }

    [Fact]
    public async Task Package_Unknown_SaysSo()
    {
        await using var portal = new PortalContext(Cloud());
        Open(portal, 9).Markup.Should().Contain("There is no such version");
    }

    [Fact]
    public async Task Model_Page_NamesItsVersionAndJob()
    {
        var cloud = Cloud();
        await using var portal = new PortalContext(cloud);
        var model = cloud.Models.Current("local").Items.First(m => m.Name.StartsWith("iris-model-production", StringComparison.Ordinal));
        var page = portal.Open<ModelPage>("/models/x", p => p.Add(c => c.Name, model.Name));
        page.Find("[aria-label=Lineage]").TextContent.Should().Contain("iris-model v1").And.Contain("iris-model-production");
    }

    private static ModelSummary Model(int number) => new("local", $"model-{number:000}", FakeCloud.Now.AddHours(-number)) { ModelDataUrl = $"s3://mlops/{number}" };

    private static IRenderedComponent<PackagePage> Open(PortalContext portal, int version) =>
        portal.Open<PackagePage>($"/models/groups/iris-model/{version}", p => p.Add(c => c.Group, "iris-model").Add(c => c.Version, version));

    private static FakeCloud Cloud()
    {
        var cloud = IrisStory.Cloud();
        cloud.Packages.Set(Package(2, IrisStory.Candidate, "PendingManualApproval", "0.97"), Package(1, IrisStory.Champion, "Approved", "0.93"));
        return cloud;
    }

    private static ModelPackage Package(int version, string execution, string approval, string accuracy) => new("local", "iris-model", version, approval)
    {
        Arn = $"arn:aws:sagemaker:us-east-1:123456789012:model-package/iris-model/{version}", Status = "Completed", Created = FakeCloud.Now.AddHours(-version),
        TrainingJob = IrisStory.Job(execution), ModelDataUrl = $"s3://mlops-us-east-1-123456789012/models/iris-model/{IrisStory.Job(execution)}/output/model.tar.gz",
        ContentTypes = ["text/csv", "application/json"], ResponseTypes = ["application/json"], SamplePayloadUrl = "s3://b/sample.tar.gz",
        Metadata = [new("features", "sepal_length/sepal_width"), new("metric:logistic:accuracy", accuracy), new("metric:random_forest:f1", "0.9")],
    };
}
