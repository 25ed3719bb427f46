using Bunit;
using MLOps.Portal.Features.Training.Jobs;
using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Workshop;
using MLOps.Portal.Features.Approvals;
using MLOps.Portal.Features.Endpoints;
using MLOps.Portal.Features.Models;
using MLOps.Portal.Features.Overview;
using MLOps.Portal.Features.Training;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class OverviewAndListsTests
{
    private static readonly CloudFault Down = new(CloudFaultKind.Unreachable, "The cloud does not answer.");

    [Fact]
    public async Task Overview_ApprovalAndFailures_AreWhatNeedsYou()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var needs = portal.Open<OverviewPage>("/").FindAll("[aria-label='Needs you'] .rows li b").Select(b => b.TextContent);
        needs.Should().Equal(IrisStory.Pipeline, "churn-model-pipeline", "churn-model-development");
    }

    [Fact]
    public async Task Overview_HundredsOfFailures_ShowsTheFirstAndWhereTheOthersAre()
    {
        var cloud = IrisStory.Cloud();
        cloud.Endpoints.Set([.. Enumerable.Range(0, 300).Select(i => new EndpointSummary("local", $"broken-{i:000}", "Failed"))]);
        await using var portal = new PortalContext(cloud);
        var panel = portal.Open<OverviewPage>("/").Find("[aria-label='Needs you']");
        panel.QuerySelectorAll(".rows li").Should().HaveCountLessThan(30);
        panel.QuerySelector(".more a")!.TextContent.Should().Be("300 failed endpoints");
        panel.QuerySelector(".more a")!.GetAttribute("href").Should().Be("/endpoints?status=failed");
    }

    [Fact]
    public async Task Endpoints_Thousands_StandInABoxOfTheirOwnSortedAndCounted()
    {
        var cloud = IrisStory.Cloud();
        cloud.Endpoints.Set([.. Enumerable.Range(0, 2000).Select(i => new EndpointSummary("local", $"endpoint-{i:0000}", i % 2 == 0 ? "InService" : "Failed"))]);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<EndpointsPage>("/endpoints?status=failed&sort=-name");
        page.Find("[role=region]").GetAttribute("aria-label").Should().Be("Endpoints, 1000 rows");
        page.Find("table.data").GetAttribute("aria-rowcount").Should().Be("1001");
        page.Find("th[data-col=name]").GetAttribute("aria-sort").Should().Be("descending");
    }

    [Fact]
    public async Task Overview_WorkshopIsSetUp_ShowsEachStep()
    {
        var cloud = new FakeCloud
        {
            Workshop = new(WorkshopPhase.Failed, [new("base", "Create the base stack", WorkshopStepStatus.Done), new("images", "Build the images", WorkshopStepStatus.Failed, "docker build failed", "Look at the build's log.")]),
        };
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<OverviewPage>("/");
        var panel = page.Find("[aria-label='Setting up the workshop']");
        panel.TextContent.Should().Contain("Create the base stack").And.Contain("docker build failed").And.Contain("Look at the build's log.");
        page.FindAll("[aria-label='Setting up the workshop'] button").Single().Click();
        cloud.Calls.Should().Equal("retry workshop");
    }

    [Fact]
    public async Task Training_FailedJob_ShowsTheModelsOwnWords()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, $"churn-model-{IrisStory.Failed}"));
        page.Find(".notice.failed .quote").TextContent.Should().Contain("Got 'deep' instead");
    }

    [Fact]
    public async Task Training_Job_ShowsMetricsTimelineParametersAndLog()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, IrisStory.Job(IrisStory.Candidate)));
        page.Markup.Should().Contain("random_forest_n_estimators").And.Contain("logistic:accuracy").And.Contain("model.tar.gz");
        page.FindAll(".timeline li").Should().HaveCount(5);
        page.FindAll("figure.chart").Should().HaveCount(2, "the scores share an axis, the loss has its own");
        page.WaitForAssertion(() => page.Find(".log-bar").TextContent.Should().Contain("240 lines"));
    }

    [Theory]
    [InlineData(Roles.Scientist, true)]
    [InlineData(Roles.Viewer, false)]
    public async Task Training_RunningJob_CanBeStoppedByWhoMay(string role, bool may)
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), role);
        var page = portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, "wine-quality-tuning-014"));
        page.FindAll(".acts button").Should().HaveCount(may ? 1 : 0);
    }

    [Fact]
    public async Task Training_ManyJobs_ArePaged()
    {
        var cloud = new FakeCloud();
        cloud.Jobs.Set([.. Enumerable.Range(0, 120).Select(i => new TrainingJobSummary("local", $"job-{i:000}", "Completed") { Created = FakeCloud.Now.AddMinutes(-i) })]);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<TrainingPage>("/training?page=3");
        page.FindAll("tbody tr").Should().HaveCount(20);
        page.Find(".pager").TextContent.Should().Contain("Page 3 of 3");
    }

    [Fact]
    public async Task Endpoint_InService_ShowsTrafficScalingAndCharts()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<EndpointPage>("/endpoints/x", p => p.Add(c => c.Name, "iris-model-production"));
        page.FindAll("[aria-label=Variants] tbody tr").Select(r => r.QuerySelector("td:nth-child(2)")!.TextContent.Trim()).Should().Equal("90 %", "10 %");
        page.Find("[aria-label=Scaling]").TextContent.Should().Contain("2 to 10 instances").And.Contain("750").And.Contain("Setting desired instance count to 3.");
        page.FindAll("figure.chart").Should().HaveCountGreaterThanOrEqualTo(3);
        page.FindAll(".env.prd").Should().NotBeEmpty();
    }

    [Theory]
    [InlineData(typeof(TrainingPage), "Nothing was trained yet")]
    [InlineData(typeof(ModelsPage), "No versions yet")]
    [InlineData(typeof(EndpointsPage), "No endpoints yet")]
    [InlineData(typeof(ApprovalsPage), "Nothing waits")]
    [InlineData(typeof(OverviewPage), "Nothing needs you")]
    public async Task List_EachState_IsTold(Type page, string empty)
    {
        (await MarkupAsync(page, _ => { })).Should().Contain("class=\"skeletons\"");
        (await MarkupAsync(page, c => Each(c, Down))).Should().Contain(Down.Message).And.Contain("Try again");
        (await MarkupAsync(page, c => Each(c, null))).Should().Contain(empty);
    }

    private static void Each(FakeCloud cloud, CloudFault? fault)
    {
        (cloud.Pipelines, cloud.Approvals, cloud.Jobs, cloud.Models, cloud.Endpoints).Each(fault);
        if (fault is null)
            cloud.Packages.Set();
        else
            cloud.Packages.Fail(fault);
    }

    private static async Task<string> MarkupAsync(Type page, Action<FakeCloud> arrange)
    {
        var cloud = new FakeCloud();
        arrange(cloud);
        await using var portal = new PortalContext(cloud);
        RenderFragment fragment = builder =>
        {
            builder.OpenComponent(0, page);
            builder.CloseComponent();
        };
        return portal.Render(fragment).Markup;
    }
}

internal static class EachInventory
{
    /// <summary>Every inventory fails, or is empty where there is no fault.</summary>
    public static void Each<TP, TA, TJ, TM, TE>(
        this (FakeInventory<TP> P, FakeInventory<TA> A, FakeInventory<TJ> J, FakeInventory<TM> M, FakeInventory<TE> E) all, CloudFault? fault)
    {
        Put(all.P, fault);
        Put(all.A, fault);
        Put(all.J, fault);
        Put(all.M, fault);
        Put(all.E, fault);
    }

    private static void Put<T>(FakeInventory<T> inventory, CloudFault? fault)
    {
        if (fault is null)
            inventory.Set();
        else
            inventory.Fail(fault);
    }
}
