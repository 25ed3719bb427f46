using System.Text;
using Bunit;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Portal.Features.Playground;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class PlaygroundPageTests
{
    private const string Address = "/playground?endpoint=iris-model-production";

    [Fact]
    public async Task Send_ChosenAlgorithmAndVariant_ShowsWhoAnsweredAndHowFast()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud, Roles.Scientist);
        var page = portal.Open<PlaygroundPage>(Address + "&variant=Challenger");
        page.FindAll("button.preset").First(b => b.TextContent.Contains("Random forest", StringComparison.Ordinal)).Click();
        page.Find("#payload").Change("4.6,3.1,1.5,0.2");
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Find(".facts-line").TextContent.Should().Contain("HTTP 200").And.Contain("Challenger").And.Contain("6.2 ms"));
        page.Find("pre.answer").TextContent.Should().Contain("\"label\": \"Iris-setosa\"", "JSON is laid out");
        var sent = cloud.Invocations.Should().ContainSingle().Subject;
        (sent.Endpoint, sent.TargetVariant, sent.CustomAttributes, sent.ContentType).Should().Be(("iris-model-production", "Challenger", "algorithm=random_forest", "text/csv"));
        Encoding.UTF8.GetString(sent.Body.Span).Should().Be("4.6,3.1,1.5,0.2");
        page.FindAll(".rows li").Should().HaveCount(1, "the session remembers it");
    }

    [Fact]
    public async Task Send_ModelRefuses_ShowsItsOwnWordsAndStatus()
    {
        var cloud = IrisStory.Cloud();
        cloud.Model = _ => new(415, Encoding.UTF8.GetBytes("content type image/png is not supported"), "text/plain", "Champion", TimeSpan.FromMilliseconds(2));
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Find("pre.answer").TextContent.Should().Be("content type image/png is not supported"));
        page.Find(".notice.failed").TextContent.Should().Contain("415");
    }

    [Fact]
    public async Task Send_CloudRefuses_ShowsWhy()
    {
        var cloud = IrisStory.Cloud();
        cloud.Fault = new(CloudFaultKind.Invalid, "Endpoint iris-model-production of account 123456789012 not found.", "ValidationError");
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.Find("#send").Click();
        page.WaitForAssertion(() => page.Find("[aria-label=Answer]").TextContent.Should().Contain("not found").And.Contain("ValidationError"));
    }

    [Fact]
    public async Task Send_BodyOver6MiB_IsRefusedBeforeItIsSent()
    {
        var cloud = IrisStory.Cloud();
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PlaygroundPage>(Address);
        page.Find("#payload").Change(new string('1', IEndpointInvoker.MaxBodyBytes + 1));
        page.Find("#send").Click();
        page.Find("[role=alert]").TextContent.Should().Contain("6 MiB");
        cloud.Invocations.Should().BeEmpty();
    }

    [Fact]
    public async Task Page_Viewer_CannotSend()
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), Roles.Viewer);
        var page = portal.Open<PlaygroundPage>(Address);
        page.FindAll("#send").Should().BeEmpty();
        page.Markup.Should().Contain("Your role lets you look");
    }

    [Fact]
    public async Task Page_UnknownEndpointInTheAddress_SaysSo()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        portal.Open<PlaygroundPage>("/playground?endpoint=nowhere").Find(".notice.failed").TextContent.Should().Contain("nowhere");
    }

    [Fact]
    public async Task Page_NoEndpoints_SaysWhenThereWillBe()
    {
        var cloud = new FakeCloud();
        cloud.Endpoints.Set();
        await using var portal = new PortalContext(cloud);
        portal.Open<PlaygroundPage>("/playground").Markup.Should().Contain("Nothing to try yet");
    }
}
