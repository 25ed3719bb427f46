using Bunit;
using MLOps.Cloud.Access;
using MLOps.Portal.Features.Permissions;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class PermissionsPageTests
{
    [Fact]
    public async Task Check_SomeDenied_TellsWhatThatSwitchesOff()
    {
        var cloud = IrisStory.Cloud();
        cloud.Denied.UnionWith(["StopTrainingJob", "PutApprovalResult"]);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PermissionsPage>("/permissions");
        page.Markup.Should().Contain("Not checked yet");
        page.Find("button.btn").Click();
        page.WaitForAssertion(() => page.Find(".notice").TextContent.Should().Contain("2 permissions are missing").And.Contain("No approval and rejection").And.Contain("No stop of a training job"));
        page.FindAll("tbody tr")[0].TextContent.Should().Contain("Denied").And.Contain("not authorized", "what is denied stands first, with the cloud's word");
        page.FindAll("tbody tr").Should().HaveCount(CloudPermissions.All.Count);
    }

    [Fact]
    public async Task Check_NothingDenied_SaysSo()
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        var page = portal.Open<PermissionsPage>("/permissions");
        page.Find("button.btn").Click();
        page.WaitForAssertion(() => page.Find(".notice.good").TextContent.Should().Contain("Nothing is denied"));
    }

    [Fact]
    public async Task Check_SomeNotKnown_SaysWhichAndWhatStaysOpen()
    {
        var cloud = IrisStory.Cloud();
        (cloud.Unasked["CreateModel"], cloud.Unasked["CreateTrainingJob"]) = (DateTimeOffset.UtcNow.AddMinutes(-5), null);
        await using var portal = new PortalContext(cloud);
        var page = portal.Open<PermissionsPage>("/permissions");
        page.Find("button.btn").Click();
        page.WaitForAssertion(() => page.Find(".notice").TextContent.Should().Contain($"1 of {CloudPermissions.All.Count} are not known").And.Contain("Their first use tells").And.Contain("1 seen in use"));
        page.FindAll("tbody tr")[0].TextContent.Should().Contain("sagemaker:CreateTrainingJob").And.Contain("Not known").And.Contain("launch of a training job");
        page.FindAll("tbody tr").Single(r => r.TextContent.Contains("sagemaker:CreateModel ") || r.Children[0].TextContent == "sagemaker:CreateModel").TextContent.Should().Contain("Allowed").And.Contain("when it was last used");
    }

    [Fact]
    public async Task Check_AskedByWhoMayNot_IsRefused()
    {
        await using var portal = new PortalContext(IrisStory.Cloud(), Roles.Scientist);
        var page = portal.Open<PermissionsPage>("/permissions");
        await FluentActions.Awaiting(() => page.Find("button.btn").ClickAsync(new())).Should().ThrowAsync<NotAllowedException>();
        portal.Cloud.Checks.Should().Be(0);
    }
}
