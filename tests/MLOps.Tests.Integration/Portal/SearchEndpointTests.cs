using System.Net;
using System.Text.Json;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Integration.Portal;

/// <summary>The palette's question over HTTP, with the index that the inventories keep.</summary>
public sealed class SearchEndpointTests
{
    [Fact]
    public async Task Find_FollowsTheInventoriesAndTheRoleOfThePerson()
    {
        await using var portal = await PortalHost.StartAsync();
        using var viewer = await portal.SignInAsync(Roles.Viewer);
        using var scientist = await portal.SignInAsync(Roles.Scientist);
        await Eventually.TrueAsync(async () => (await TitlesAsync(viewer, "iris-model-production")).Contains("iris-model-production"), TimeSpan.FromSeconds(20), "the index has followed");

        (await TitlesAsync(viewer, "try iris")).Should().BeEmpty("a viewer sends no requests");
        (await TitlesAsync(scientist, "try iris")).Should().Contain("Try iris-model-production");
        (await TitlesAsync(viewer, IrisStory.Candidate[..13])).Should().Contain(IrisStory.Candidate, "executions are found by their ids");
        (await TitlesAsync(viewer, "pipelines")).Should().StartWith("Pipelines");
        (await TitlesAsync(viewer, "")).Should().NotBeEmpty("what changed last is shown before anything is asked");

        portal.Cloud.Jobs.Set([.. portal.Cloud.Jobs.Current("local").Items, new TrainingJobSummary("local", "brand-new-job", "InProgress") { Created = DateTimeOffset.UtcNow }]);
        await Eventually.TrueAsync(async () => (await TitlesAsync(viewer, "bnj")).SequenceEqual(["brand-new-job"]), TimeSpan.FromSeconds(20), "a job that comes is found by its initials");
    }

    [Fact]
    public async Task Find_SeveralClouds_LeadsIntoTheRightOne()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.Connections.Add(new("prod", "210987654321", "eu-central-1", ConnectionKind.Aws, ConnectionLabel.Production));
        await using var portal = await PortalHost.StartAsync(cloud);
        using var viewer = await portal.SignInAsync(Roles.Viewer);
        await Eventually.TrueAsync(async () => (await RowsAsync(viewer, "churn-model-development")).Count(r => r.GetProperty("kind").GetString() == "Endpoint") == 2, TimeSpan.FromSeconds(20), "both clouds are found");
        (await RowsAsync(viewer, "churn-model-development")).Select(r => (r.GetProperty("cloud").GetString(), r.GetProperty("href").GetString()))
            .Should().BeEquivalentTo([("local", "/endpoints/churn-model-development"), ("prod", "/endpoints/churn-model-development?cloud=prod")]);
    }

    [Fact]
    public async Task Find_Anonymous_IsSentToSignIn()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = portal.Open();
        (await browser.GetAsync("/search/find?q=iris")).Status.Should().BeOneOf(HttpStatusCode.Redirect, HttpStatusCode.Unauthorized);
    }

    private static async Task<List<string>> TitlesAsync(PortalHost.Browser browser, string query) => [.. (await RowsAsync(browser, query)).Select(r => r.GetProperty("title").GetString()!)];

    private static async Task<List<JsonElement>> RowsAsync(PortalHost.Browser browser, string query)
    {
        var answer = await browser.GetAsync($"/search/find?q={Uri.EscapeDataString(query)}");
        answer.Status.Should().Be(HttpStatusCode.OK);
        return [.. JsonDocument.Parse(answer.Html).RootElement.EnumerateArray()];
    }
}
