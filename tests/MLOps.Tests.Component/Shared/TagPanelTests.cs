using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Endpoints;
using MLOps.Portal.Features.Training.Jobs;
using MLOps.Portal.Features.Tuning;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Tags;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Shared;

/// <summary>The tags of a resource: who may sets them and takes them off, on each page that shows them.</summary>
public sealed class TagPanelTests
{
    private const string Arn = "arn:aws:sagemaker:us-east-1:123456789012:thing/x";

    [Fact]
    public async Task Tag_Added_IsSetTrimmedAndOnRecord_AndTheFieldsAreEmptyAgain()
    {
        var cloud = new FakeCloud();
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var changed = 0;
        var panel = portal.Render<TagPanel>(p => p.Add(c => c.What, "thing x").Add(c => c.Arn, Arn).Add(c => c.Tags, [new ResourceTag("stage", "dev")]).Add(c => c.Changed, EventCallback.Factory.Create(this, () => changed++)));

        Key(panel).Change(" team ");
        Value(panel).Change("iris");
        Add(panel).Click();

        cloud.Calls.Should().Equal($"tag {Arn} team=iris");
        changed.Should().Be(1);
        Key(panel).GetAttribute("value").Should().BeNullOrEmpty();
        portal.Ledger.Entries.Should().Contain(e => e.Kind == "tag" && e.Object == "thing x" && e.Details["arn"] == Arn && e.Details["before"] == "not there" && e.Details["ordered"] == "'iris'");
    }

    [Fact]
    public async Task Tag_TakenOff_IsRemoved()
    {
        var cloud = new FakeCloud();
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var panel = portal.Render<TagPanel>(p => p.Add(c => c.What, "thing x").Add(c => c.Arn, Arn).Add(c => c.Tags, [new ResourceTag("stage", "dev")]));

        panel.Find("button[aria-label='Remove tag stage']").Click();

        cloud.Calls.Should().Equal($"untag {Arn} stage");
    }

    [Theory]
    [InlineData("", "A tag needs a key")]
    [InlineData("aws:team", "kept for AWS and for the pipelines")]
    [InlineData("MLOps:execution", "kept for AWS and for the pipelines")]
    public async Task Tag_WithAKeyThatIsNobodys_IsNotSent_AndThePanelSaysWhy(string key, string why)
    {
        var cloud = new FakeCloud();
        await using var portal = new PortalContext(cloud);
        var panel = portal.Render<TagPanel>(p => p.Add(c => c.What, "thing x").Add(c => c.Arn, Arn).Add(c => c.Tags, []));

        Key(panel).Change(key);
        Value(panel).Change("iris");
        Add(panel).Click();

        cloud.Calls.Should().BeEmpty();
        panel.Find("[role=alert]").TextContent.Should().Contain(why);
        Value(panel).GetAttribute("value").Should().Be("iris", "what was written stays");
    }

    [Fact]
    public async Task Tag_OfAPipeline_IsShownAndNotTakenOff()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var panel = portal.Render<TagPanel>(p => p.Add(c => c.What, "thing x").Add(c => c.Arn, Arn).Add(c => c.Tags, [new ResourceTag("mlops:execution", "e-1"), new ResourceTag("stage", "dev")]));

        panel.Markup.Should().Contain("mlops:execution");
        panel.FindAll("button[aria-label^=Remove]").Should().ContainSingle().Which.GetAttribute("aria-label").Should().Be("Remove tag stage");
    }

    [Theory]
    [InlineData(Roles.Viewer, Policies.Operate, false)]
    [InlineData(Roles.Scientist, Policies.Operate, true)]
    [InlineData(Roles.Scientist, Policies.Administer, false)]
    [InlineData(Roles.Admin, Policies.Administer, true)]
    public async Task Panel_OffersChangesToWhoMayMakeThem(string role, string policy, bool offers)
    {
        await using var portal = new PortalContext(new FakeCloud(), role);
        var panel = portal.Render<TagPanel>(p => p.Add(c => c.What, "thing x").Add(c => c.Arn, Arn).Add(c => c.Tags, [new ResourceTag("stage", "dev")]).Add(c => c.Policy, policy));

        panel.Markup.Should().Contain("stage");
        panel.FindAll("button").Any().Should().Be(offers);
    }

    [Fact]
    public async Task Pages_OfJobsAndEndpoints_TagWhatTheyShow()
    {
        var cloud = IrisStory.Cloud();
        cloud.TuningDetails["forest-depth"] = new TuningJobDetail(new TuningJobSummary("local", "forest-depth", "Completed") { Arn = "arn:tuning" });
        await using var portal = new PortalContext(cloud);
        var job = IrisStory.Job(IrisStory.Candidate);
        Tag(portal.Open<JobPage>("/training/x", p => p.Add(c => c.Name, job)));
        Tag(portal.Open<TuningJobPage>("/tuning/x", p => p.Add(c => c.Name, "forest-depth")));
        Tag(portal.Open<EndpointPage>("/endpoints/x", p => p.Add(c => c.Name, "iris-model-development")));

        cloud.Calls.Where(c => c.StartsWith("tag ", StringComparison.Ordinal)).Should().Equal(
            $"tag {cloud.JobDetails[job].Job.Arn} team=iris", "tag arn:tuning team=iris", "tag arn:aws:sagemaker:us-east-1:123456789012:endpoint/iris-model-development team=iris");

        static void Tag<T>(IRenderedComponent<T> page) where T : IComponent
        {
            page.WaitForElement("input[aria-label='Key of a new tag']");
            Key(page).Change("team");
            Value(page).Change("iris");
            Add(page).Click();
        }
    }

    private static IElement Key<T>(IRenderedComponent<T> page) where T : IComponent => page.Find("input[aria-label='Key of a new tag']");

    private static IElement Value<T>(IRenderedComponent<T> page) where T : IComponent => page.Find("input[aria-label='Value of a new tag']");

    private static IElement Add<T>(IRenderedComponent<T> page) where T : IComponent => page.FindAll("button").Single(b => b.TextContent == "Add tag");
}
