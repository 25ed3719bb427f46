using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// A morning at the release desk, on a real portal with its real cloud: the overview, everything that can be done to a pipeline, and
/// getting about by the keyboard. One portal, one test: each part goes on from what the one before has left.
/// </summary>
public sealed class DeskTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Pipeline = "/pipelines/iris-model-pipeline";
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 120_000 };
    private readonly PageCheck check = new();

    [Fact]
    public async Task Morning_OverviewPipelinesAndPalette()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess();
        try
        {
            await portal.StartAsync(http);
            var page = await browser.SignedInAsync(portal, "Data scientist");
            await OverviewAsync(page);
            var first = await CloseAndOpenAsync(page);
            await ReadAnActionAsync(page, first);
            await StartStopAndCompareAsync(page);
            await RollBackAsync(page, first);
            await GetAboutAsync(page);
            await KeepATableAsync(page);
            await LookWithoutRightsAsync(portal);
        }
        catch (Exception)
        {
            await browser.KeepAsync("desk", portal);
            throw;
        }
        check.Conclude();
        await portal.StopAsync();
        portal.Children().Should().BeEmpty("nothing may outlive the portal");
    }

    private async Task OverviewAsync(IPage page)
    {
        await Expect(page.GetByLabel("Needs you", new() { Exact = true }).GetByRole(AriaRole.Link, new() { Name = "Review: iris-model-pipeline" })).ToBeVisibleAsync(Long);
        await Expect(page.GetByLabel("Spend by endpoint").GetByRole(AriaRole.Link, new() { Name = "iris-model-development" })).ToBeVisibleAsync(Long);
        await Expect(page.GetByLabel("Spend by endpoint")).ToContainTextAsync("$0.056");
        await Expect(page.GetByLabel("Last deployments")).ToContainTextAsync("Created");
        await Expect(page.GetByLabel("Last executions")).ToContainTextAsync("iris-model-pipeline");
        await Expect(page.GetByLabel("Endpoints", new() { Exact = true }).Locator("svg.spark")).ToBeVisibleAsync(Long);
        await check.LookAsync(page, "desk-overview");
    }

    /// <summary>Nothing enters production while a reason stands there. Returns the first execution's id.</summary>
    private async Task<string> CloseAndOpenAsync(IPage page)
    {
        await page.GotoAsync("/pipelines");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "iris-model-pipeline" })).ToBeVisibleAsync();
        await check.LookAsync(page, "desk-pipelines");

        await page.GotoAsync(Pipeline);
        await page.ConnectedAsync();
        var into = page.GetByRole(AriaRole.Region, new() { Name = "DeployPrd" });
        await into.GetByRole(AriaRole.Button, new() { Name = "Disable transition… into DeployPrd" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Why").FillAsync("Release freeze until Monday");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disable transition", Exact = true }).ClickAsync();
        await Expect(into.GetByText("Release freeze until Monday")).ToBeVisibleAsync();
        await check.LookAsync(page, "desk-pipeline");
        await into.GetByRole(AriaRole.Button, new() { Name = "Enable transition into DeployPrd" }).ClickAsync();
        await Expect(into.GetByText("Release freeze until Monday")).ToBeHiddenAsync();
        return (await Rows(page).First.Locator("td.lead a").GetAttributeAsync("title"))!;
    }

    private async Task ReadAnActionAsync(IPage page, string execution)
    {
        await page.GotoAsync($"{Pipeline}?execution={execution}");
        await page.FollowAsync(page.GetByLabel("Execution", new() { Exact = false }).GetByRole(AriaRole.Link, new() { Name = "TrainModel" }).Last);
        var action = page.GetByRole(AriaRole.Region, new() { Name = "Action TrainModel" });
        await Expect(action.GetByText("saved logistic, random_forest")).ToBeVisibleAsync();
        var artifact = action.GetByRole(AriaRole.Link, new() { Name = "ModelSource" });
        var download = await page.Context.APIRequest.GetAsync((await artifact.GetAttributeAsync("href"))!);
        download.Status.Should().Be(200);
        (await download.BodyAsync())[..2].Should().Equal("PK"u8.ToArray(), "an artifact is a zip");
        await check.LookAsync(page, "desk-action");
    }

    private async Task StartStopAndCompareAsync(IPage page)
    {
        await page.GotoAsync(Pipeline);
        await page.ConnectedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel("Revision of SourceAction").GetByRole(AriaRole.Option)).ToHaveCountAsync(2);
        await dialog.GetByLabel("Revision of SourceAction").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(2);

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Abandon them").ClickAsync();
        await dialog.GetByLabel("Why").FillAsync("A trial of the desk");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(Rows(page).First.GetByText("Stopped")).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await Rows(page).Nth(0).GetByRole(AriaRole.Checkbox).CheckAsync();
        await Rows(page).Nth(1).GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.FollowAsync(page.GetByRole(AriaRole.Link, new() { Name = "Compare the two" }));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Two executions" })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Actions").GetByText("did not run").First).ToBeVisibleAsync();
        await check.LookAsync(page, "desk-compare");
    }

    private static async Task RollBackAsync(IPage page, string to)
    {
        await page.GotoAsync(Pipeline);
        await page.ConnectedAsync();
        var train = page.GetByRole(AriaRole.Region, new() { Name = "Train", Exact = true });
        var isThere = await train.GetByRole(AriaRole.Link, new() { Name = to[..8] }).IsVisibleAsync();
        var source = page.GetByRole(AriaRole.Region, new() { Name = "Source", Exact = true });
        await Expect(source.GetByRole(AriaRole.Button, new() { Name = "Roll back…" })).ToBeHiddenAsync();
        // Where the stopped execution did not come to training, the first one is still there, and there is nothing to go back to.
        await train.GetByRole(AriaRole.Button, new() { Name = "Roll back…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        if (isThere)
        {
            await Expect(dialog.GetByText("There is nothing to go back to")).ToBeVisibleAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep as it is" }).ClickAsync();
            return;
        }
        await dialog.GetByRole(AriaRole.Radio).First.CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Roll back", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Rolled back by hand")).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    private async Task GetAboutAsync(IPage page)
    {
        // By initials to the endpoint, from a page with a circuit.
        await page.GotoAsync("/training");
        await page.ConnectedAsync();
        await page.Keyboard.PressAsync("Control+k");
        var palette = page.GetByRole(AriaRole.Dialog, new() { Name = "Search and commands" });
        await page.Keyboard.TypeAsync("iris dev");
        await Expect(palette.GetByRole(AriaRole.Option).First).ToContainTextAsync("iris-model-development");
        await check.HearAsync(page);
        await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Shots, "desk-palette-1440.png") });
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/endpoints/iris-model-development");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "iris-model-development" })).ToBeVisibleAsync();

        // The sign-off page has no circuit; the palette is there as well, and knows where this browser was.
        await page.GotoAsync("/approvals");
        await page.FollowAsync(page.GetByRole(AriaRole.Link, new() { Name = "Review" }).First);
        await page.Keyboard.PressAsync("Control+k");
        await Expect(palette.GetByRole(AriaRole.Option, new() { Name = "iris-model-development" }).First).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("training");
        await Expect(palette.GetByRole(AriaRole.Option).First).ToContainTextAsync("Training jobs");
        await page.Keyboard.PressAsync("Tab");
        await page.WaitForURLAsync("**/search?q=training");
        await Expect(page.GetByLabel("What was found").GetByRole(AriaRole.Link, new() { Name = "Training jobs" })).ToBeVisibleAsync();
        await check.LookAsync(page, "desk-search");
    }

    /// <summary>A table is as its reader left it, its address holds the filter, and it can be taken away as a file with every column.</summary>
    private static async Task KeepATableAsync(IPage page)
    {
        await page.GotoAsync("/endpoints");
        await page.ConnectedAsync();
        var scaling = page.Locator("table[data-table=endpoints] th[data-col=scaling]");
        await Expect(scaling).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        await page.GetByRole(AriaRole.Group, new() { Name = "Columns" }).GetByLabel("Scaling").UncheckAsync();
        await Expect(scaling).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByPlaceholder("Filter by name").FillAsync("development");
        await Expect(page).ToHaveURLAsync(new Regex("q=development"));

        await page.ReloadAsync();
        await page.ConnectedAsync();
        await Expect(scaling).ToBeHiddenAsync();
        var saved = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "CSV" }).ClickAsync());
        saved.SuggestedFilename.Should().MatchRegex(@"^endpoints-\d{8}-\d{6}\.csv$");
        var lines = await File.ReadAllLinesAsync(await saved.PathAsync(), CancellationToken.None);
        lines.Should().HaveCount(2, "the file holds what the filter leaves");
        lines[0].Should().Contain("Endpoint").And.Contain("Scaling");
        lines[1].Should().StartWith("iris-model-development,");
    }

    private async Task LookWithoutRightsAsync(PortalProcess portal)
    {
        var page = await browser.SignedInAsync(portal, "Viewer");
        foreach (var path in new[] { "/", Pipeline, "/search?q=iris" })
        {
            await page.GotoAsync(path);
            await page.ConnectedAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true })).ToBeHiddenAsync();
        }
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Search and commands" }).GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await check.HearAsync(page);
    }

    private static ILocator Rows(IPage page) => page.Locator("table[data-table=executions] tbody tr");
}
