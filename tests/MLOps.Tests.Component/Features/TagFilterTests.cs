using Bunit;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Tags;
using MLOps.Portal.Features.Endpoints;
using MLOps.Portal.Features.Pipelines;
using MLOps.Portal.Features.Training;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class TagFilterTests
{
    [Theory]
    [InlineData("team", "iris-model-development,iris-model-production")]
    [InlineData("team=research", "iris-model-development")]
    [InlineData("team=nobody", "")]
    [InlineData("", "churn-model-development,iris-model-development,iris-model-production")]
    public async Task Endpoints_ByTag_AreThoseThatCarryIt(string tag, string names)
    {
        await using var portal = new PortalContext(Cloud());
        var page = portal.Open<EndpointsPage>($"/endpoints?tag={Uri.EscapeDataString(tag)}");
        page.WaitForAssertion(() => string.Join(',', page.FindAll("tbody .lead a").Select(a => a.TextContent.Trim())).Should().Be(names));
    }

    [Fact]
    public async Task TrainingAndPipelines_ByTag_AreThoseThatCarryIt()
    {
        await using var portal = new PortalContext(Cloud());
        var jobs = portal.Open<TrainingPage>("/training?tag=team%3Dresearch");
        jobs.WaitForAssertion(() => jobs.FindAll("tbody tr").Should().ContainSingle().Which.TextContent.Should().Contain("wine-quality-tuning-014"));
        var pipelines = portal.Open<PipelinesPage>("/pipelines?tag=team");
        pipelines.WaitForAssertion(() => pipelines.FindAll("tbody .lead").Select(e => e.TextContent.Trim()).Should().Equal(IrisStory.Pipeline));
    }

    [Fact]
    public async Task Refused_SaysWhyAndLeavesTheListAlone()
    {
        var cloud = Cloud();
        cloud.Fault = new(CloudFaultKind.Denied, "The portal may not call tag:GetResources.", "AccessDeniedException");
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<EndpointsPage>("/endpoints?tag=team");
        page.WaitForAssertion(() => page.Find("[role=alert]").TextContent.Should().Contain("tag:GetResources"));
    }

    [Fact]
    public async Task Field_Focused_OffersTheKeysInUse()
    {
        await using var portal = new PortalContext(Cloud());
        var page = portal.Open<EndpointsPage>("/endpoints");
        page.Find("input[aria-label='Filter by tag']").Focus();
        page.WaitForAssertion(() => page.FindAll("datalist option").Select(o => o.GetAttribute("value")).Should().Equal("team"));
    }

    private static FakeCloud Cloud()
    {
        var cloud = IrisStory.Cloud();
        cloud.Tags.AddRange(
        [
            (TaggedKind.Endpoint, "iris-model-development", "team", "research"), (TaggedKind.Endpoint, "iris-model-production", "team", "desk"),
            (TaggedKind.TrainingJob, "wine-quality-tuning-014", "team", "research"), (TaggedKind.Pipeline, IrisStory.Pipeline, "team", "desk"),
        ]);
        return cloud;
    }
}
