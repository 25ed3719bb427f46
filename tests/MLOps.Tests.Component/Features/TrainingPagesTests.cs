using Bunit;
using MLOps.Portal.Features.Training.Comparing;
using MLOps.Portal.Features.Training.Jobs;
using MLOps.Portal.Features.Training.Launching;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Evaluations;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Training;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class TrainingPagesTests
{
    private static readonly string Good = IrisStory.Job(IrisStory.Candidate);

    [Fact]
    public async Task List_MoreThanThePortalHolds_AsksTheCloudPageByPage()
    {
        var cloud = new FakeCloud();
        cloud.Jobs.Set([.. Enumerable.Range(0, 500).Select(i => new TrainingJobSummary("local", $"held-{i:000}", "Completed") { Created = FakeCloud.Now.AddMinutes(-i) })]);
        var asked = new List<(TrainingJobQuery, string?)>();
        cloud.Search = (query, next) =>
        {
            asked.Add((query, next));
            return next is null ? new([new("local", "old-1", "Failed")], "more") : new([new("local", "old-2", "Failed")]);
        };
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<TrainingPage>("/training?q=old&status=failed&sort=name");
        page.FindAll("tbody tr td.lead").Select(r => r.TextContent).Should().Equal("old-1");
        page.FindAll(".pager button").Single(b => b.TextContent == "Further").Click();
        page.FindAll("tbody tr td.lead").Select(r => r.TextContent).Should().Equal("old-2");
        asked.Should().Equal(
            (new TrainingJobQuery { NameContains = "old", Status = "Failed", SortBy = "name", Descending = false }, null),
            (new TrainingJobQuery { NameContains = "old", Status = "Failed", SortBy = "name", Descending = false }, "more"));
    }

    [Fact]
    public async Task List_CanBeSavedWithItsColumns()
    {
        var jobs = new[] { new TrainingJobSummary("local", "a", "Completed") { InstanceType = "ml.m5.large", InstanceCount = 1, BillableSeconds = 7, Metrics = [new("accuracy", 0.5)] }, new TrainingJobSummary("local", "b", "Failed") { FailureReason = "no rows" } };
        using var file = new MemoryStream();
        await TrainingTable.Shape.WriteCsvAsync(jobs, file);
        System.Text.Encoding.UTF8.GetString(file.ToArray()).Should().Contain("a,Completed,accuracy=0.5,1 x ml.m5.large,").And.Contain(",7\r\n").And.Contain("b,Failed,no rows,");
        TrainingTable.Shape.Order(jobs, "-billed").Select(j => j.Name).Should().Equal("a", "b");
    }

    [Fact]
    public async Task List_TickedJobs_AreInTheAddressAndCanBeCompared()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<TrainingPage>("/training");
        page.FindAll("tbody input[type=checkbox]")[0].Change(true);
        page.FindAll("tbody input[type=checkbox]")[1].Change(true);
        portal.Services.GetRequiredService<NavigationManager>().Uri.Should().Contain("jobs=");
        page.FindAll(".acts a").Select(a => a.TextContent.Trim()).Should().Contain("Compare 2");
    }

    [Fact]
    public async Task Compare_TwoJobs_ShowsWhatDiffersAndTheirCurves()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var other = IrisStory.Job(IrisStory.Champion);
        var page = portal.Open<ComparePage>($"/training/compare?jobs={Good},{other},gone");
        page.WaitForElement(".notice.waiting").TextContent.Should().Contain("gone").And.Contain("There is no training job gone");
        page.FindAll("table.differences thead th").Should().HaveCount(3);
        page.FindAll("table.differences td.best").Should().NotBeEmpty();
        page.FindAll("figure.chart").Should().HaveCount(3, "each metric has its own axis, the jobs share it");
        page.FindAll("figure.chart figcaption")[0].TextContent.Should().Contain(Good).And.Contain(other);
    }

    [Fact]
    public async Task Compare_OneJob_SaysWhatToDo()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        portal.Open<ComparePage>($"/training/compare?jobs={Good}").Markup.Should().Contain("Choose two jobs or more");
    }

    [Fact]
    public async Task Launch_Repeat_SendsWhatTheFormHolds()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<LaunchPage>($"/training/new?from={Good}");
        page.Find("input[aria-label='Value of random_forest_n_estimators']").Change("250");
        page.FindAll("button").Single(b => b.TextContent.Contains("Launch the training job")).Click();
        var launched = cloud.Launched.Should().ContainSingle().Which;
        launched.Hyperparameters.Should().Contain(new Setting("random_forest_n_estimators", "250"));
        launched.Name.Should().StartWith("iris-model-").And.NotContain(IrisStory.Candidate);
        portal.Services.GetRequiredService<NavigationManager>().Uri.Should().EndWith($"/training/{launched.Name}");
    }

    [Fact]
    public async Task Launch_WhatTheApiWouldRefuse_IsSaidBesideItsField()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<LaunchPage>("/training/new");
        page.FindAll("button").Single(b => b.TextContent.Contains("Launch the training job")).Click();
        page.FindAll(".field-error").Select(e => e.TextContent).Should().Contain(t => t.Contains("Name an image")).And.Contain(t => t.Contains("arn:aws:iam")).And.Contain(t => t.Contains("s3://bucket/prefix"));
        cloud.Launched.Should().BeEmpty();
    }

    [Fact]
    public async Task Job_Evaluated_ShowsTheConfusionMatrix()
    {
        var cloud = IrisStory.Cloud();
        cloud.Evaluation = new Evaluation("e", "Completed")
        {
            Rows = 30, Data = "s3://b/data/iris/validation", Ended = FakeCloud.Now,
            Matrices = [new("forest", ["setosa", "virginica"], [[14, 1], [0, 15]], [new("accuracy", 0.9667)])],
        };
        cloud.Artifacts.Add(new Artifact("output/model.tar.gz", new ObjectRef("b", "models/x/output/model.tar.gz"), 2048, FakeCloud.Now));
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, Good));
        page.FindAll(".confusion td.right").Select(c => c.TextContent).Should().Equal("14", "15");
        page.FindAll(".confusion td.wrong").Single().GetAttribute("title").Should().Be("1 of setosa taken for virginica");
        page.Find(".files a").GetAttribute("href").Should().Be($"/training/{Good}/artifacts/output/model.tar.gz");
    }

    [Theory]
    [InlineData(Roles.Scientist, true)]
    [InlineData(Roles.Viewer, false)]
    public async Task Job_NotEvaluated_CanBeEvaluatedByWhoMay(string role, bool may)
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud, role);
        var page = portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, Good));
        var buttons = page.FindAll("button").Where(b => b.TextContent == "Compute the confusion matrix").ToList();
        buttons.Should().HaveCount(may ? 1 : 0);
        if (!may)
            return;
        buttons[0].Click();
        cloud.Calls.Should().Contain($"evaluate {Good}");
    }

    [Fact]
    public async Task Job_EvaluationFailed_ShowsTheLogOfItsProcessingJob()
    {
        var cloud = IrisStory.Cloud();
        cloud.Evaluation = new Evaluation("iris-eval-1", "Failed") { FailureReason = "AlgorithmError: See job logs for more information, exit code: 1" };
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, Good));
        page.WaitForAssertion(() => page.Find("[aria-label='Validation'] [role=log]").GetAttribute("aria-label").Should().Be("Log of iris-eval-1"));
    }

    [Fact]
    public async Task Job_OnSpotInstances_TellsWhatThatSaved()
    {
        var cloud = IrisStory.Cloud();
        var known = cloud.JobDetails[Good];
        cloud.JobDetails[Good] = known with
        {
            Job = known.Job with { BillableSeconds = 30 }, TrainingTime = TimeSpan.FromSeconds(100), Spot = new(7200), Protection = new() { IsIsolated = true },
        };
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, Good));
        page.Find("[aria-label='How it ran']").TextContent.Should().Contain("70 % less than on demand").And.Contain("none for the container");
    }

    [Fact]
    public async Task Job_Lineage_LeadsToItsModelAndEndpoint()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, Good));
        var nodes = page.FindAll("[aria-label='Lineage'] a.node").Select(a => a.GetAttribute("href")).ToList();
        nodes.Should().Contain($"/models/iris-model-development-{IrisStory.Candidate}").And.Contain("/endpoints/iris-model-development");
    }

    [Fact]
    public async Task Job_AxesAndSmoothing_AreInTheAddress()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, Good));
        page.FindAll(".curve-bar label").Single(l => l.TextContent.Contains("By time")).QuerySelector("input")!.Change(true);
        page.FindAll(".curve-bar label").Single(l => l.TextContent.Contains("Logarithmic")).QuerySelector("input")!.Change(true);
        page.Find(".curve-bar input[type=range]").Change("60");
        portal.Services.GetRequiredService<NavigationManager>().Uri.Should().Contain("axis=time").And.Contain("scale=log").And.Contain("smooth=60");
    }
}
