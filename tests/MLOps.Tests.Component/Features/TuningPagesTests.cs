using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Tags;
using MLOps.Cloud.Training;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Tuning;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class TuningPagesTests
{
    [Fact]
    public async Task List_TuningJob_TellsHowFarItIs()
    {
        await using var portal = new PortalContext(Cloud());
        var page = portal.Open<TuningPage>("/tuning");
        page.Find("tbody tr").TextContent.Should().Contain("forest-depth").And.Contain("Bayesian").And.Contain("2 of 10, 1 running");
        page.Find("nav.kinds a[aria-current]").TextContent.Should().Be("Tuning");
    }

    [Fact]
    public async Task Job_Running_ShowsTheBestTheTrialsAndADotForEachValue()
    {
        await using var portal = new PortalContext(Cloud());
        var page = portal.Open<TuningJobPage>("/tuning/x", p => p.Add(c => c.Name, "forest-depth"));
        page.Find(".notice.good").TextContent.Should().Contain("0.97").And.Contain("forest-depth-002");
        page.FindAll("[aria-label='Training jobs'] tbody tr").Should().HaveCount(3);
        page.FindAll("[aria-label='Training jobs'] tbody tr")[0].ClassName.Should().Be("selected", "the best stands first");
        page.FindAll("figure.scatter circle").Should().HaveCount(2);
        page.FindAll("figure.scatter circle.best").Should().HaveCount(1);
        page.Find("figure.chart figcaption").TextContent.Should().Contain("best so far");
    }

    [Fact]
    public async Task Job_Running_TellsTheCostSoFarOfAllItsTrainingJobsAndItsTags()
    {
        var cloud = Cloud();
        Bill(cloud, "forest-depth-001", "Completed", 1800);
        Bill(cloud, "forest-depth-002", "Completed", 3600);
        Bill(cloud, "forest-depth-003", "InProgress", null);
        cloud.TuningDetails["forest-depth"] = cloud.TuningDetails["forest-depth"] with { Tags = [new("team", "research")] };
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<TuningJobPage>("/tuning/x", p => p.Add(c => c.Name, "forest-depth"));
        // 1.5 hours are billed, and the third job's minutes go on; the fake's price is $0.115 an hour.
        page.WaitForAssertion(() => page.FindAll("dl.facts dt").Single(t => t.TextContent == "Cost").NextElementSibling!.TextContent.Should().MatchRegex(@"about \$0\.17\d?\s.*billed so far by 3 training jobs"));
        page.Find("ul.tags").TextContent.Should().Contain("team").And.Contain("= research");
    }

    [Fact]
    public async Task Job_NoTrainingJobBilled_TellsNoCost()
    {
        var cloud = Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<TuningJobPage>("/tuning/x", p => p.Add(c => c.Name, "forest-depth"));
        page.FindAll("dl.facts dt").Should().NotContain(t => t.TextContent == "Cost", "no job has a cost yet");
    }

    [Fact]
    public async Task List_ByTag_IsThoseThatCarryIt()
    {
        var cloud = Cloud();
        cloud.Tunings.Set(cloud.Tunings.Current("local").Items[0], new TuningJobSummary("local", "other", "Completed"));
        cloud.Tags.Add((TaggedKind.TuningJob, "forest-depth", "team", "research"));
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<TuningPage>("/tuning?tag=team%3Dresearch");
        page.WaitForAssertion(() => page.FindAll("tbody .lead").Select(e => e.TextContent.Trim()).Should().Equal("forest-depth"));
    }

    [Fact]
    public async Task New_FromATuningJob_AsksTheSameAgainWithItsOwnTags()
    {
        var cloud = Cloud();
        var job = cloud.TuningDetails["forest-depth"];
        cloud.TuningDetails["forest-depth"] = job with
        {
            Job = job.Job with { Status = "Completed" },
            Tags = [new("team", "research"), new("aws:createdBy", "x"), new("mlops:execution", "1")],
            Request = new TuningDraft("forest-depth", new TrainingJobDraft("forest-depth")
            {
                Image = "image:1", RoleArn = "arn:aws:iam::123456789012:role/r", OutputPath = "s3://bucket/out",
                MetricDefinitions = [new("accuracy", "a=(.*)"), new("loss", "l=(.*)")], Hyperparameters = [new("seed", "7")],
            })
            {
                Strategy = "Random", Metric = "loss", Maximize = false, MostJobs = 12, Parallel = 3, EarlyStopping = true,
                Ranges = [new("max_depth", "Integer") { Low = "1", High = "9", Scaling = "Logarithmic" }, new("criterion", "Categorical") { Values = ["gini", "entropy"] }],
            },
        };
        cloud.Tunings.Set(job.Job with { Status = "Completed" });
        await using var portal = new PortalContext(cloud);
        var shown = portal.Open<TuningJobPage>("/tuning/x", p => p.Add(c => c.Name, "forest-depth"));
        var link = shown.FindAll(".acts a").Single(a => a.TextContent.Contains("Repeat")).GetAttribute("href")!;
        var page = portal.Open<NewTuningPage>(link);
        page.Find("h1").TextContent.Should().Contain("Repeat forest-depth");
        page.FindAll("button").Single(b => b.TextContent.Contains("Launch the tuning job")).Click();
        var draft = cloud.Tuned.Should().ContainSingle().Which;
        draft.Name.Should().MatchRegex("^forest-depth-[0-9]{4}-[0-9]{6}$");
        var before = cloud.TuningDetails["forest-depth"].Request!;
        draft.Should().Be(before with { Name = draft.Name, Training = before.Training with { Tags = [new("team", "research")] } });
        page.FindAll("[role=note]").Should().BeEmpty();

        // The cloud knows more strategies than the form.
        cloud.TuningDetails["forest-depth"] = cloud.TuningDetails["forest-depth"] with { Request = before with { Strategy = "Hyperband" } };
        portal.Open<NewTuningPage>(link).Find("[role=note]").TextContent.Should().Contain("It searched by Hyperband").And.Contain("Bayesian takes its place");
    }

    [Fact]
    public async Task Job_Stop_IsAskedFirstAndSent()
    {
        var cloud = Cloud();
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var dialogs = portal.RenderDialogs();
        var page = portal.Open<TuningJobPage>("/tuning/x", p => p.Add(c => c.Name, "forest-depth"));
        page.FindAll(".acts button").Single().Click();
        dialogs.WaitForAssertion(() => dialogs.Markup.Should().Contain("What has been found so far is kept"));
        dialogs.FindAll("button").Single(b => b.TextContent == "Stop").Click();
        dialogs.WaitForAssertion(() => cloud.Calls.Should().Contain("stop tuning forest-depth"));
    }

    [Fact]
    public async Task New_FromAJob_SendsRangesAndKeepsTheRest()
    {
        var cloud = IrisStory.Cloud();
        var job = IrisStory.Job(IrisStory.Candidate);
        cloud.JobDetails[job] = cloud.JobDetails[job] with { MetricDefinitions = [new("logistic:accuracy", "accuracy=([0-9.]+)")] };
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<NewTuningPage>($"/tuning/new?from={job}");
        page.Find("input[aria-label='Search random_forest_n_estimators']").Change(true);
        page.Find("input[aria-label='Least random_forest_n_estimators']").Change("20");
        page.Find("input[aria-label='Greatest random_forest_n_estimators']").Change("200");
        page.FindAll("button").Single(b => b.TextContent.Contains("Launch the tuning job")).Click();
        var draft = cloud.Tuned.Should().ContainSingle().Which;
        draft.Ranges.Should().Equal(new TuningRange("random_forest_n_estimators", "Integer") { Low = "20", High = "200" });
        draft.Metric.Should().EndWith("accuracy");
        draft.Name.Length.Should().BeLessThanOrEqualTo(32);
        portal.Services.GetRequiredService<NavigationManager>().Uri.Should().EndWith($"/tuning/{draft.Name}");
    }

    [Theory]
    [InlineData("logistic:log_loss", "Minimize")]
    [InlineData("logistic:accuracy", "Maximize")]
    public async Task New_MetricChosen_SaysWhichWayIsBetter(string metric, string goal)
    {
        var cloud = IrisStory.Cloud();
        var job = IrisStory.Job(IrisStory.Candidate);
        cloud.JobDetails[job] = cloud.JobDetails[job] with { MetricDefinitions = [new("logistic:accuracy", "a=(.*)"), new("logistic:log_loss", "l=(.*)")] };
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<NewTuningPage>($"/tuning/new?from={job}");
        page.FindAll("select").Single(s => s.QuerySelector("option[value='logistic:log_loss']") is not null).Change(metric);
        var shown = page.FindAll("select").Single(s => s.QuerySelector("option[value='Minimize']") is not null);
        shown.QuerySelectorAll("option").Select(o => o.GetAttribute("value")).Should().Contain(shown.GetAttribute("value")).And.Contain(goal);
        shown.GetAttribute("value").Should().Be(goal);
    }

    [Fact]
    public async Task New_NothingSearched_SaysSo()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<NewTuningPage>($"/tuning/new?from={IrisStory.Job(IrisStory.Candidate)}");
        page.FindAll("button").Single(b => b.TextContent.Contains("Launch the tuning job")).Click();
        page.FindAll(".field-error").Select(e => e.TextContent).Should().Contain(t => t.Contains("1 to 30 hyperparameters"));
        cloud.Tuned.Should().BeEmpty();
    }

    private static void Bill(FakeCloud cloud, string job, string status, long? seconds) => cloud.JobDetails[job] = new(new TrainingJobSummary("local", job, status)
    {
        InstanceType = "ml.m5.large", InstanceCount = 1, BillableSeconds = seconds, Created = TimeProvider.System.GetUtcNow().AddMinutes(-1), IsDescribed = true,
    });

    private static FakeCloud Cloud()
    {
        var cloud = new FakeCloud();
        var job = new TuningJobSummary("local", "forest-depth", "InProgress")
        {
            Strategy = "Bayesian", Created = FakeCloud.Now.AddMinutes(-5), MostJobs = 10, Parallel = 2, Jobs = new(1, 2, 0, 0),
        };
        cloud.Tunings.Set(job);
        cloud.TuningDetails[job.Name] = new(job)
        {
            Metric = "accuracy", Maximize = true, BestJob = "forest-depth-002",
            Ranges = [new("max_depth", "Integer") { Low = "1", High = "9" }],
            Trials =
            [
                new("forest-depth-001", "Completed", 0.93) { Created = FakeCloud.Now.AddMinutes(-5), Ended = FakeCloud.Now.AddMinutes(-4), Values = [new("max_depth", "2")] },
                new("forest-depth-002", "Completed", 0.97) { Created = FakeCloud.Now.AddMinutes(-4), Ended = FakeCloud.Now.AddMinutes(-3), Values = [new("max_depth", "6")] },
                new("forest-depth-003", "InProgress", null) { Created = FakeCloud.Now.AddMinutes(-1), Values = [new("max_depth", "7")] },
            ],
        };
        return cloud;
    }
}
