using System.Text;
using Microsoft.Playwright;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Telemetry;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>A model, an upload and a log that answer with markup: people see its letters, and the browser runs none of it.</summary>
public sealed class MarkupTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Attack = """<script>window.taken = 1</script><img src="x" onerror="window.taken = 2"><svg onload="window.taken = 3">""";
    private const string Endpoint = "iris-model-development";
    private const string SignOff = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json")]
    [InlineData("text/csv")]
    [InlineData("image/svg+xml")]
    public async Task Playground_ModelAnswersMarkup_ShowsItAsText(string contentType)
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.Model = _ => new(200, Encoding.UTF8.GetBytes(contentType == "application/json" ? $$"""{"predictions": [{"label": {{System.Text.Json.JsonSerializer.Serialize(Attack)}}}]}""" : Attack), contentType, "Champion", TimeSpan.FromMilliseconds(6));
        await using var portal = await PortalHost.StartAsync(cloud);
        var page = await browser.SignedInAsync(portal, Roles.Scientist);
        await page.GotoAsync($"/playground?endpoint={Endpoint}");
        await page.SendAsync("4.6,3.1,1.5,0.2");
        await Expect(page.Answer()).ToContainTextAsync("window.taken");
        foreach (var tab in await page.Answer().GetByRole(AriaRole.Tab).AllAsync())
            await tab.ClickAsync();
        await NothingRanAsync(page);
    }

    [Fact]
    public async Task SignOff_ModelAndUploadAnswerMarkup_ShowsItAsText()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.Model = _ => new(200, Encoding.UTF8.GetBytes(Attack), "text/csv", "Champion", TimeSpan.FromMilliseconds(6));
        var seen = cloud.Evidence[IrisStory.Candidate];
        cloud.Evidence[IrisStory.Candidate] = seen with
        {
            RequestedBy = Attack,
            Candidate = seen.Candidate with
            {
                RevisionSummary = Attack,
                Files = new Dictionary<string, string> { ["model_card.md"] = $"# Iris\n\n{Attack}\n\n## Modeling\n\n[a link](javascript:window.taken=4) ![a picture](x)\n", ["validation/cases.csv"] = SignOffStory.Cases },
            },
        };
        await using var portal = await PortalHost.StartAsync(cloud);
        var page = await browser.SignedInAsync(portal, Roles.Approver);
        await page.GotoAsync(SignOff);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Saved cases" })).ToContainTextAsync("<script>window.taken = 1</script>");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Model card" })).ToContainTextAsync("<script>window.taken = 1</script>");
        (await page.Locator("main a[href^='javascript']").CountAsync()).Should().Be(0);
        await NothingRanAsync(page);
    }

    [Fact]
    public async Task Log_HoldsMarkup_ShowsItAsText()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        cloud.Lines.Add(new LogLine(DateTimeOffset.UtcNow, Attack, "algo-1"));
        await using var portal = await PortalHost.StartAsync(cloud);
        var page = await browser.SignedInAsync(portal, Roles.Viewer);
        await page.GotoAsync($"/training/{IrisStory.Job(IrisStory.Candidate)}");
        await Expect(page.Locator(".log")).ToContainTextAsync("window.taken");
        await NothingRanAsync(page);
    }

    private static async Task NothingRanAsync(IPage page)
    {
        (await page.EvaluateAsync<bool>("() => 'taken' in window")).Should().BeFalse();
        (await page.Locator("main img[src=x], main [onload], main [onerror], main script").CountAsync()).Should().Be(0);
    }
}
