using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Finding;
using MLOps.Portal.Features.Search;
using MLOps.Portal.Shared.Layout;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Features;

public sealed class SearchTests
{
    [Fact]
    public async Task Page_Query_ListsWhatFitsOfTheKindThatIsAskedFor()
    {
        await using var portal = Portal(Roles.Scientist);
        Names(portal.Open<SearchPage>("/search?q=iris")).Should().Equal("iris-model-production", "iris-job", "Deploy to iris-model-production");
        Names(portal.Open<SearchPage>("/search?q=iris&kind=TrainingJob")).Should().Equal("iris-job");
        Names(portal.Open<SearchPage>("/search?q=iris&status=failed")).Should().Equal("iris-job");
        var nothing = portal.Open<SearchPage>("/search?q=nothing");
        nothing.WaitForAssertion(() => nothing.Markup.Should().Contain("Nothing is called so"));
    }

    [Fact]
    public async Task Page_WhoMayNotOperate_FindsNoSuchActions()
    {
        await using var portal = Portal(Roles.Viewer);
        Names(portal.Open<SearchPage>("/search?q=deploy")).Should().BeEmpty();
    }

    [Fact]
    public async Task Page_WhatTheInventoriesHoldNoMore_IsAskedOfTheClouds()
    {
        var cloud = IrisStory.Cloud();
        cloud.Older.AddRange([
            new(FoundThingKind.TrainingJob, "iris-job", "Failed", FakeCloud.Now.AddHours(-1)), new(FoundThingKind.TrainingJob, "iris-of-last-year", "Completed", FakeCloud.Now.AddYears(-1)),
            new(FoundThingKind.Model, "year-iris", "", FakeCloud.Now.AddYears(-2))]);
        await using var portal = Portal(Roles.Scientist, cloud);
        var page = portal.Open<SearchPage>("/search?q=iris year");
        page.WaitForAssertion(() => Names(page).Should().Equal("iris-of-last-year", "year-iris"));
        page.Find("[role=status].asked").TextContent.Should().Contain("2 older things");
        cloud.Calls.Should().ContainSingle(c => c.StartsWith("find ")).Which.Should().Be("find iris", "the longest word is asked for, the first of several");

        page = portal.Open<SearchPage>("/search?q=iris");
        page.WaitForAssertion(() => Names(page).Should().Equal("iris-model-production", "iris-job", "Deploy to iris-model-production", "iris-of-last-year", "year-iris"));
    }

    [Fact]
    public async Task Page_ACloudThatDoesNotAnswer_HidesNothingOfWhatIsKnown()
    {
        var cloud = IrisStory.Cloud();
        cloud.CommandFault = new(CloudFaultKind.Throttled, "Too many calls.");
        await using var portal = Portal(Roles.Scientist, cloud);
        var page = portal.Open<SearchPage>("/search?q=iris&kind=TrainingJob");
        page.WaitForAssertion(() => page.Find("[role=alert]").TextContent.Should().Contain("local could not be asked for older things: Too many calls."));
        Names(page).Should().Equal("iris-job");
    }

    [Theory]
    [InlineData("/tuning", "Training")]
    [InlineData("/transforms/new", "Training")]
    [InlineData("/training/some-job?tab=x", "Training")]
    [InlineData("/timeline?on=2026-01-01", "Models")]
    [InlineData("/", "Overview")]
    [InlineData("/search", "")]
    public async Task Navigation_OnPagesThatBelongToAPlace_IsLit(string address, string lit)
    {
        await using var portal = new PortalContext(IrisStory.Cloud());
        portal.Services.GetRequiredService<Microsoft.AspNetCore.Components.NavigationManager>().NavigateTo(address);
        string.Join(',', portal.Render<NavLinks>().FindAll("a.active > span:first-of-type").Select(a => a.TextContent)).Should().Be(lit);
    }

    private static PortalContext Portal(string role, FakeCloud? cloud = null)
    {
        var portal = new PortalContext(cloud ?? IrisStory.Cloud(), role);
        var index = portal.Services.GetRequiredService<SearchIndex>();
        index.Put("local", FoundKind.Endpoint, [new(FoundKind.Endpoint, "local", "e", "iris-model-production", "/endpoints/e") { Status = "InService", At = FakeCloud.Now }]);
        index.Put("local", FoundKind.TrainingJob, [new(FoundKind.TrainingJob, "local", "iris-job", "iris-job", "/training/j") { Status = "Failed", At = FakeCloud.Now.AddHours(-1) }]);
        index.Put("local", FoundKind.Action, [new(FoundKind.Action, "local", "d", "Deploy to iris-model-production", "/endpoints/e/deploy") { Policy = Policies.Operate }]);
        return portal;
    }

    private static IEnumerable<string> Names(IRenderedComponent<SearchPage> page) => page.FindAll("tbody .lead").Select(e => e.TextContent.Trim());
}
