using Bunit;
using MLOps.Portal.Features.Endpoints.Deploying;
using MLOps.Portal.Features.Endpoints.Drift;
using MLOps.Portal.Features.Endpoints.Scaling;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MLOps.Cloud.Capture;
using MLOps.Cloud.Drift;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Endpoints;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.History;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class EndpointPagesTests
{
    private const string Name = "iris-model-production";

    [Fact]
    public async Task Overview_Charts_MarkDeployments()
    {
        await using var portal = AtNoon(IrisStory.Cloud());
        portal.History.Changes.Add(new(Name, FakeCloud.Now.AddMinutes(-20), EndpointChangeKind.Deployed, "config-2", ""));
        var page = Open(portal);
        page.FindAll("figure.chart").Should().HaveCountGreaterThanOrEqualTo(3);
        page.FindAll("figure.chart line.marker").Should().HaveCountGreaterThanOrEqualTo(3, "every chart has the same time axis");
        page.FindAll("[aria-label='Marks on the time axis'] li").Select(l => l.TextContent).Should().ContainSingle(l => l.Contains("Deployed", StringComparison.Ordinal), "the mark is told once for all charts");
    }

    [Fact]
    public async Task Overview_DeploymentAfterTheLastRequest_IsMarkedToo()
    {
        var cloud = IrisStory.Cloud();
        cloud.Metrics = new(TimeSpan.FromMinutes(1), [new("Champion", [new("invocations", "Invocations", "Count", [new(FakeCloud.Now.AddMinutes(-30), 4), new(FakeCloud.Now.AddMinutes(-29), 4)])])]);
        await using var portal = AtNoon(cloud);
        portal.History.Changes.Add(new(Name, FakeCloud.Now.AddMinutes(-5), EndpointChangeKind.RolledBack, "config-2", "alarm [late] rang"));
        Open(portal).FindAll("figure.chart line.marker").Should().ContainSingle();
    }

    [Fact]
    public async Task Overview_Asynchronous_TellsWhereAnswersGoAndWhatWaits()
    {
        var cloud = Changed(e => e with { AsyncOutput = "s3://mlops/answers" });
        cloud.EndpointDetails[Name] = cloud.EndpointDetails[Name] with { Async = new("s3://mlops/answers", "", "arn:aws:sns:us-east-1:123456789012:done", "", 4) };
        cloud.Metrics = cloud.Metrics with { Queue = [new("backlog", "Waiting", "Count", [new(FakeCloud.Now.AddMinutes(-3), 12), new(FakeCloud.Now.AddMinutes(-2), 9)])] };
        await using var portal = new PortalContext(cloud);
        var page = Open(portal);
        page.Find("[aria-label=Asynchronous]").TextContent.Should().Contain("4 requests an instance").And.Contain("are not kept").And.Contain("answers to");
        page.Find("[aria-label=Metrics]").TextContent.Should().Contain("Requests that wait").And.Contain("Waiting 9");
        Open(portal, "scaling").FindAll("[aria-label=Asynchronous]").Should().BeEmpty();
    }

    [Fact]
    public async Task Pending_Deployment_ShowsHowFarTheTrafficHasMoved()
    {
        var cloud = Changed(e => e with
        {
            Status = "Updating",
            Pending = new("config-2", FakeCloud.Now.AddMinutes(-1), "Baking", 0.1, "watching", [new("Champion") { CurrentInstances = 1, DesiredInstances = 2 }]),
        });
        await using var portal = new PortalContext(cloud);
        Open(portal).Find(".notice.running").TextContent.Should().Contain("config-2").And.Contain("10 %").And.Contain("Baking").And.Contain("1 of 2 new instances");
    }

    [Fact]
    public async Task Delete_NameNotTyped_IsNotDone()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var dialogs = portal.RenderDialogs();
        Open(portal).FindAll(".acts button").Single(b => b.TextContent == "Delete").Click();
        var delete = () => dialogs.FindAll("button").Single(b => b.TextContent == "Delete");
        delete().HasAttribute("disabled").Should().BeTrue();
        dialogs.Find("input").Input("iris-model-productio");
        delete().HasAttribute("disabled").Should().BeTrue();
        dialogs.Find("input").Input(Name);
        delete().Click();
        dialogs.WaitForAssertion(() => cloud.Calls.Should().Contain($"delete {Name}"));
    }

    [Fact]
    public async Task Viewer_SeesNoCommands()
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), Roles.Viewer);
        Open(portal).FindAll(".acts button").Should().BeEmpty();
        var scaling = Open(portal, "scaling");
        scaling.FindAll("input[type=number]").Should().BeEmpty();
        scaling.Markup.Should().Contain("Data scientists and administrators change it");
    }

    [Fact]
    public async Task Scaling_NewBounds_AreCheckedThenOrdered()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        portal.RenderDialogs();
        var page = Open(portal, "scaling");
        IRenderedComponent<ScalingForm> form = page.FindComponents<ScalingForm>().First(f => f.Instance.Variant.Scaling is not null);
        form.FindAll("input")[1].Input("1");
        form.Find(".field-error").TextContent.Should().Contain("cannot be fewer");
        form.FindAll("input")[1].Input("6");
        form.FindAll("button").First(b => b.TextContent.Contains("Save", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => cloud.Orders.Should().ContainSingle().Which.Should().BeOfType<ScalingOrder>().Which.MaxInstances.Should().Be(6));
    }

    [Fact]
    public async Task Scaling_Chart_ShowsTheTargetBesideTheTraffic()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var legend = Open(portal, "scaling").Find("figure.chart figcaption").TextContent;
        legend.Should().Contain("Target").And.Contain("750");
    }

    [Fact]
    public async Task Capture_Off_OffersToTurnItOn()
    {
        var cloud = Changed(e => e with { CapturePercent = null });
        await using var portal = new PortalContext(cloud);
        portal.RenderDialogs();
        var page = Open(portal, "capture");
        page.Markup.Should().Contain("Nothing is captured");
        page.Find("[aria-label=Capture] input[type=number]").Input("25");
        page.FindAll("[aria-label=Capture] button").First(b => b.TextContent.Contains("Turn capture on", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() =>
        {
            var order = cloud.Orders.Should().ContainSingle().Which.Should().BeOfType<CaptureOrder>().Subject;
            (order with { NewConfig = "" }).Should().Be(new CaptureOrder(Name, 25, "s3://mlops-us-east-1-123456789012/captured"));
            portal.Ledger.Entries[0].Details["config"].Should().Be(order.NewConfig).And.StartWith(Name);
        });
    }

    [Fact]
    public async Task Capture_Requests_AreShownWithTheirAnswers()
    {
        var cloud = Captured(2);
        await using var portal = new PortalContext(cloud);
        var page = Open(portal, "capture");
        page.FindAll("[aria-label='Captured requests'] tbody tr").Should().HaveCount(2);
        page.Find("[aria-label='Captured requests'] tbody").TextContent.Should().Contain("5.1,3.5").And.Contain("setosa");
    }

    [Fact]
    public async Task Drift_Report_TellsInWordsAndBars()
    {
        var cloud = Captured(40);
        cloud.Drift = new DriftReport("s3://data/train", "job", 40, null, null)
        {
            Features =
            [
                new("sepal_length", DriftLevel.Drifted, 0.61, 0.4, [new("below 5", 0.5, 0.1), new("5 and more", 0.5, 0.9)]) { BaselineCount = 120, LiveCount = 40, BaselineMean = 5.8, LiveMean = 6.9, Outside = 3 },
                new("petal_width", DriftLevel.Stable, 0.02, 0.05, [new("below 1", 0.5, 0.5), new("1 and more", 0.5, 0.5)]) { BaselineCount = 120, LiveCount = 40 },
            ],
            Prediction = new("species", DriftLevel.Stable, 0.01, null, [new("setosa", 0.3, 0.3)]) { BaselineCount = 120, LiveCount = 40 },
        };
        await using var portal = new PortalContext(cloud);
        var page = Open(portal, "drift");
        page.WaitForAssertion(() => page.Find(".report").TextContent.Should().Contain("drifted from the training data in sepal_length").And.Contain("3 values never seen in training"));
        page.FindAll(".feature .plot").Should().HaveCount(3);
        page.Find(".feature[aria-label=sepal_length] .plot").GetAttribute("aria-label").Should().Contain("below 5: 50 % in training, 10 % in traffic");
    }

    [Theory]
    [InlineData(2, "< 1|≥ 1")]
    [InlineData(4, "< 1|1–2|2–3|≥ 3")]
    [InlineData(10, "< 1|2–3|4–5|6–7|8–9")]
    public async Task Drift_BinsOfNumbers_AreLabelledEachOrEvenly(int bins, string labels)
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var view = portal.Render<FeatureDriftView>(p => p.Add(v => v.Title, "width").Add(v => v.Drift, new FeatureDrift("width", DriftLevel.Stable, 0, 0.1,
            [.. Enumerable.Range(0, bins).Select(i => new DriftBin(i == 0 ? "below 1" : i == bins - 1 ? $"{i} and more" : $"{i} to {i + 1}", 0.1, 0.1))])));
        string.Join('|', view.FindAll(".axis span").Select(s => s.TextContent)).Should().Be(labels);
        view.FindAll(".axis span").Sum(s => int.Parse(s.GetAttribute("style")!["grid-column:span ".Length..], System.Globalization.CultureInfo.InvariantCulture)).Should().Be(bins, "labels stand under their bins");
    }

    [Fact]
    public async Task Drift_Classes_AreEachLabelledByTheirNames()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var view = portal.Render<FeatureDriftView>(p => p.Add(v => v.Title, "species").Add(v => v.Drift, new FeatureDrift("species", DriftLevel.Stable, 0, null, [new("setosa", 0.3, 0.3), new("5 to 6", 0.3, 0.3), new("virginica", 0.4, 0.4)])));
        view.FindAll(".axis span").Select(s => s.TextContent).Should().Equal("setosa", "5 to 6", "virginica");
    }

    [Fact]
    public async Task Deployments_History_IsTold()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        portal.History.Changes.Add(new(Name, FakeCloud.Now.AddHours(-1), EndpointChangeKind.RolledBack, "config-3", "alarm [late] rang"));
        portal.History.Periods.Add(new(Name, "Champion", "model-1", "job-1", "config-2", "sha256:1", 1, FakeCloud.Now.AddDays(-3), null));
        var page = Open(portal, "deployments");
        page.Find("[aria-label='What happened'] tbody").TextContent.Should().Contain("Rolled back").And.Contain("alarm [late] rang");
        page.Find("[aria-label='What served'] tbody").TextContent.Should().Contain("model-1").And.Contain("still");
    }

    [Fact]
    public async Task Deploy_CanaryOfAModel_IsOrderedWithItsAlarms()
    {
        var cloud = IrisStory.Cloud();
        cloud.Choices = new([new("config-9", FakeCloud.Now)], [new("late", "OK", "p99 of ModelLatency > 100") { IsOfEndpoint = true }]);
        await using var portal = new PortalContext(cloud);
        var dialogs = portal.RenderDialogs();
        var model = cloud.Models.Current("local").Items[0].Name;
        var page = portal.Open<DeployPage>($"/endpoints/{Name}/deploy?model={model}", p => p.Add(c => c.Name, Name));
        page.Find("[aria-label='What will happen']").TextContent.Should().Contain("10 % of the traffic moves").And.Contain("No alarm watches");
        page.Find(".alarm input").Change(true);
        page.Find("[aria-label='What will happen']").TextContent.Should().Contain("If late rings");
        page.FindAll(".numbers input")[0].Change("60");
        page.Find(".field-error").TextContent.Should().Contain("between 1 and 50");
        page.FindAll(".numbers input")[0].Change("20");
        page.FindAll("button").First(b => b.TextContent == "Deploy").Click();
        dialogs.FindAll("button").First(b => b.TextContent == "Deploy").Click();
        page.WaitForAssertion(() => cloud.Orders.Should().ContainSingle().Which.Should().BeOfType<DeploymentOrder>().Which.Should().BeEquivalentTo(
            new { Endpoint = Name, Model = model, Variant = "Champion", Shift = TrafficShift.Canary, Percent = 20 }));
        portal.Services.GetRequiredService<NavigationManager>().Uri.Should().EndWith($"/endpoints/{Name}");
    }

    [Fact]
    public async Task Deploy_ByHandToProduction_IsForAdministrators()
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), Roles.Scientist);
        var page = portal.Open<DeployPage>($"/endpoints/{Name}/deploy", p => p.Add(c => c.Name, Name));
        page.FindAll("button").Should().NotContain(b => b.TextContent == "Deploy");
        page.Find("[aria-label='What will happen']").TextContent.Should().Contain("Only an administrator deploys by hand");
        const string development = "iris-model-development";
        var other = portal.Open<DeployPage>($"/endpoints/{development}/deploy", p => p.Add(c => c.Name, development));
        other.FindAll("button").Should().Contain(b => b.TextContent == "Deploy");
        Open(portal).FindAll("button").Should().NotContain(b => b.TextContent == "Delete");
    }

    [Fact]
    public async Task ByHand_EndpointThatAPipelineDeploysBehindAnApproval_IsForAdministratorsWhateverItsName()
    {
        var cloud = IrisStory.Cloud();
        const string scorer = "scorer";
        cloud.Endpoints.Set([.. cloud.Endpoints.Current("local").Items, cloud.Endpoints.Current("local").Items.First(e => e.Name == Name) with { Name = scorer }]);
        cloud.EndpointDetails[scorer] = cloud.EndpointDetails[Name];
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var dialogs = portal.RenderDialogs();
        // Nobody asks before it goes there, so far.
        cloud.Stages[scorer] = new("scorer-pipeline", "Release");
        var page = portal.Open<EndpointPage>($"/endpoints/{scorer}", p => p.Add(c => c.Name, scorer));
        page.FindAll("button").Should().Contain(b => b.TextContent == "Delete");

        // The pipeline is given an approval while the page is open: the click is refused.
        cloud.Stages[scorer] = new("scorer-pipeline", "Release", "Ask", "SayYes");
        page.FindAll("button").First(b => b.TextContent == "Delete").Click();
        dialogs.WaitForElement("input[type=text]").Input(scorer);
        dialogs.FindAll("button").First(b => b.TextContent.Contains("Delete", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => page.FindAll("button").Should().NotContain(b => b.TextContent == "Delete"));
        cloud.Calls.Should().NotContain($"delete {scorer}");
        page.Find(".env").TextContent.Should().Be("PRD");

        var list = portal.Open<EndpointsPage>("/endpoints");
        list.WaitForAssertion(() => list.FindAll("tbody tr").First(r => r.TextContent.Contains(scorer, StringComparison.Ordinal)).QuerySelector(".env")!.TextContent.Should().Be("PRD", "a list says so too"));

        var deploy = portal.Open<DeployPage>($"/endpoints/{scorer}/deploy", p => p.Add(c => c.Name, scorer));
        deploy.FindAll("button").Should().NotContain(b => b.TextContent == "Deploy");
        deploy.Find("[aria-label='What will happen']").TextContent.Should().Contain("scorer-pipeline deploys it in Release, behind the approval SayYes.");
    }

    [Fact]
    public async Task ByHand_WhereItCannotBeToldWhoDeploys_IsForAdministrators()
    {
        var cloud = IrisStory.Cloud();
        cloud.Fault = new MLOps.Cloud.Faults.CloudFault(MLOps.Cloud.Faults.CloudFaultKind.Unreachable, "http://127.0.0.1:4566 cannot be reached.");
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        const string development = "iris-model-development";
        var deploy = portal.Open<DeployPage>($"/endpoints/{development}/deploy", p => p.Add(c => c.Name, development));
        deploy.FindAll("button").Should().NotContain(b => b.TextContent == "Deploy");
        deploy.Find("[aria-label='What will happen']").TextContent.Should().Contain("cannot be told now");
    }

    [Fact]
    public async Task ByHand_OfAPipelineWhoseStageIsNotKnown_FollowsTheName()
    {
        var cloud = IrisStory.Cloud();
        const string development = "iris-model-development";
        cloud.Stages[development] = cloud.Stages["scorer"] = new("iris-model-pipeline", "DeployPrd", "DeployApproval", "ApproveDeploy") { IsCertain = false };
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        portal.Open<EndpointPage>($"/endpoints/{development}", p => p.Add(c => c.Name, development)).FindAll("button").Should().Contain(b => b.TextContent == "Delete");
        (await portal.Services.GetRequiredService<Whereabouts>().OfAsync("scorer", Xunit.TestContext.Current.CancellationToken)).Where.Should().Be(Surroundings.Production);
    }

    /// <summary>The portal at the moment of which the cloud's story is told.</summary>
    private static PortalContext AtNoon(FakeCloud cloud) => new(cloud, more: services => services.AddSingleton<TimeProvider>(new FakeTimeProvider(FakeCloud.Now)));

    private static IRenderedComponent<EndpointPage> Open(PortalContext portal, string? tab = null) =>
        portal.Open<EndpointPage>($"/endpoints/{Name}{(tab is null ? "" : $"?tab={tab}")}", p => p.Add(c => c.Name, Name));

    private static FakeCloud Captured(int count)
    {
        var cloud = Changed(e => e with { CapturePercent = 100 });
        cloud.EndpointDetails[Name] = cloud.EndpointDetails[Name] with { CaptureUri = "s3://mlops/captured" };
        cloud.Captured = new([.. Enumerable.Range(0, count).Select(i => new CapturedRequest($"e{i}", "Champion", FakeCloud.Now.AddMinutes(-i)) { InputType = "text/csv", Input = "5.1,3.5", OutputType = "text/csv", Output = "setosa" })], 1, false);
        return cloud;
    }

    private static FakeCloud Changed(Func<EndpointSummary, EndpointSummary> change)
    {
        var cloud = IrisStory.Cloud();
        cloud.Endpoints.Set([.. cloud.Endpoints.Current("local").Items.Select(e => e.Name == Name ? change(e) : e)]);
        return cloud;
    }
}
