using Bunit;
using MLOps.Portal.Features.Workshop;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class WorkshopPageTests
{
    [Fact]
    public void Page_StepsThatTheCloudShows_AreDone()
    {
        using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<WorkshopPage>("/workshop");

        Said(page, "train").Should().Contain("is trained");
        Said(page, "deploy").Should().Contain("in service");
        Said(page, "sign-off").Should().Be("iris-model-production is in service");
        page.Find("#train a.primary").GetAttribute("href").Should().StartWith("/training/new?from=iris-model-");
        page.Find("#invoke a.primary").GetAttribute("href").Should().Be("/playground?endpoint=iris-model-development");
    }

    [Fact]
    public void Page_EmptyCloud_HasNothingDone_AndFollowsIt()
    {
        var cloud = new FakeCloud();
        cloud.Jobs.Set();
        cloud.Endpoints.Set();
        using var portal = new PortalContext(cloud);
        var page = portal.Open<WorkshopPage>("/workshop");
        page.Find("[role=status]").TextContent.Should().StartWith("0 of ");
        Said(page, "deploy").Should().Be("Not done yet");

        cloud.Endpoints.Set([.. IrisStory.Cloud().Endpoints.Current("local").Items]);

        page.WaitForAssertion(() => Said(page, "deploy").Should().Contain("in service"));
    }

    [Fact]
    public void Code_IsFilledIn_ForTheCloudThatIsLookedAt()
    {
        using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<WorkshopPage>("/workshop");
        page.Markup.Should().Contain("export AWS_ENDPOINT_URL=http://127.0.0.1:4566");
        foreach (var code in page.FindAll("pre.code"))
            code.TextContent.Should().NotContain("{bucket}").And.NotContain("{image}").And.NotContain("{role}");
        page.Find("#train pre.code").TextContent.Should().Contain("s3://mlops-us-east-1-123456789012/data/iris/train").And.Contain("123456789012.dkr.ecr.us-east-1.amazonaws.com/mlops-dispatcher");
    }

    private static string Said(IRenderedComponent<WorkshopPage> page, string step) => page.Find($"#{step} .said").TextContent;
}
