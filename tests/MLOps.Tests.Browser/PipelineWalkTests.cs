using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// What can happen to executions, on small pipelines of all three modes whose approvals are answered from outside: overrides at the start,
/// overtaking, stopping, failing and trying again, going back, and what a change of the pipeline does to that.
/// </summary>
public sealed class PipelineWalkTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Superseded = "story-superseded", Queued = "story-queued", Parallel = "story-parallel";
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 60_000 };
    private readonly PageCheck check = new();

    [Fact]
    public async Task Executions_InAllModes()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        using var hands = new PipelineHands(portal.CloudUrl);
        try
        {
            await portal.StartAsync(http);
            await hands.PrepareAsync(Superseded, Queued, Parallel);
            await hands.CreateAsync(Superseded, "SUPERSEDED");
            var page = await browser.SignedInAsync(portal, "Data scientist");
            await page.GotoAsync($"/pipelines/{Superseded}");
            await StartWithOverridesAsync(page, hands);
            await OvertakeAndStopAsync(page, hands);
            await FailAndRetryAsync(page, hands);
            await GoBackAsync(page, hands);
            await QueueAsync(page, hands);
            await RunBesideEachOtherAsync(page, hands);
            await ListAsync(page);
        }
        catch (Exception)
        {
            await browser.KeepAsync("pipelines", portal);
            throw;
        }
        check.Conclude();
    }

    /// <summary>The first execution is let through; a second one runs on an older revision for somebody, and tells both.</summary>
    private async Task StartWithOverridesAsync(IPage page, PipelineHands hands)
    {
        await Expect(Stage(page, "Check").GetByText("Waits for approval")).ToBeVisibleAsync(Long);
        await hands.PassFirstAsync(Superseded);
        await hands.AnswerAsync(Superseded, PipelineHands.Second, "Release", approve: true, "out");
        await Expect(Stage(page, "Ship").GetByText("Succeeded")).ToBeVisibleAsync(Long);

        await page.ConnectedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Combobox, new() { Name = "Revision of Take" }).GetByRole(AriaRole.Option)).ToHaveCountAsync(3);
        await dialog.GetByRole(AriaRole.Combobox, new() { Name = "Revision of Take" }).SelectOptionAsync(new SelectOptionValue { Index = 2 });
        await dialog.GetByLabel("Variable who").FillAsync("me");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(2);
        await Expect(Stage(page, "Check").GetByRole(AriaRole.Link, new() { Name = "Review" })).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        await page.FollowAsync(Rows(page).First.Locator("td.lead a"));
        var execution = page.GetByRole(AriaRole.Region, new() { NameRegex = new("^Execution ") });
        await Expect(execution.Locator("dt:text-is('who') + dd")).ToHaveTextAsync("me");
        await Expect(execution.GetByText("Started by hand")).ToBeVisibleAsync();
        await page.FollowAsync(execution.GetByRole(AriaRole.Link, new() { Name = "Numbers" }));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Action Numbers" })).ToContainTextAsync("For me");
        await check.LookAsync(page, "pipelines-execution");
    }

    /// <summary>Two more come up behind the one that waits: the newer overtakes. The one that waits is stopped, and comes to its end when it is answered.</summary>
    private async Task OvertakeAndStopAsync(IPage page, PipelineHands hands)
    {
        await page.GotoAsync($"/pipelines/{Superseded}");
        await page.ConnectedAsync();
        await StartAsync(page, 3);
        await Expect(Stage(page, "Check").GetByText("Waits to enter:")).ToBeVisibleAsync(Long);
        await StartAsync(page, 4);
        await Expect(Rows(page).Nth(1)).ToContainTextAsync("Superseded", new() { Timeout = 30_000 });
        var newest = (await Rows(page).First.Locator("td.lead a").GetAttributeAsync("title"))!;
        await Expect(Rows(page).Nth(1).GetByRole(AriaRole.Link, new() { Name = newest[..8] })).ToBeVisibleAsync();

        await page.FollowAsync(Rows(page).Nth(2).Locator("td.lead a"));
        await page.ConnectedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop this one" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Why").FillAsync("Not for me after all");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(Rows(page).Nth(2)).ToContainTextAsync("Stopping", new() { Timeout = 30_000 });
        await hands.AnswerAsync(Superseded, PipelineHands.First, "Numbers", approve: true, "right");
        await hands.AnswerAsync(Superseded, PipelineHands.First, "Words", approve: true, "right");
        await Expect(Rows(page).Nth(2)).ToContainTextAsync("Stopped", new() { Timeout = 30_000 });
        await Expect(page.GetByText("Not for me after all")).ToBeVisibleAsync();
    }

    /// <summary>The one that overtook fails, in the words of who said no; what failed is tried again and goes through.</summary>
    private async Task FailAndRetryAsync(IPage page, PipelineHands hands)
    {
        await page.GotoAsync($"/pipelines/{Superseded}");
        await page.ConnectedAsync();
        await hands.AnswerAsync(Superseded, PipelineHands.First, "Numbers", approve: true, "right");
        await hands.AnswerAsync(Superseded, PipelineHands.First, "Words", approve: false, "A word is missing");
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Check / Words failed" })).ToContainTextAsync("A word is missing", new() { Timeout = 30_000 });
        await check.LookAsync(page, "pipelines-failed");
        await Stage(page, "Check").GetByRole(AriaRole.Button, new() { Name = "Retry what failed" }).ClickAsync();
        await hands.AnswerAsync(Superseded, PipelineHands.First, "Words", approve: true, "now it is there");
        await hands.AnswerAsync(Superseded, PipelineHands.First, "Sum", approve: true, "right");
        await Expect(Stage(page, "Ship").GetByText("Waits for approval")).ToBeVisibleAsync(Long);
        await Expect(Stage(page, "Check").GetByText("Succeeded")).ToBeVisibleAsync();
    }

    /// <summary>A stage goes back to what the first execution brought there; after a change of the pipeline nothing older is offered.</summary>
    private async Task GoBackAsync(IPage page, PipelineHands hands)
    {
        await Stage(page, "Check").GetByRole(AriaRole.Button, new() { Name = "Roll back…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Radio).Last.CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Roll back", Exact = true }).ClickAsync();
        await Expect(Rows(page).First).ToContainTextAsync("Rolled back by hand", new() { Timeout = 30_000 });
        await hands.PassFirstAsync(Superseded);
        await Expect(Rows(page).First).ToContainTextAsync("Succeeded", new() { Timeout = 30_000 });

        await hands.ChangeAsync(Superseded, "SUPERSEDED");
        await Stage(page, "Check").GetByRole(AriaRole.Button, new() { Name = "Roll back…" }).ClickAsync();
        await Expect(dialog.GetByText("ran an older version than its current one, 2")).ToBeVisibleAsync();
        await check.LookAsync(page, "pipelines-outdated");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep as it is" }).ClickAsync();
    }

    private async Task QueueAsync(IPage page, PipelineHands hands)
    {
        await hands.CreateAsync(Queued, "QUEUED");
        await page.GotoAsync($"/pipelines/{Queued}");
        await page.ConnectedAsync();
        await Expect(page.GetByText("Mode: queued")).ToBeVisibleAsync(Long);
        await Expect(Rows(page)).ToHaveCountAsync(1, new() { Timeout = 30_000 });
        await StartAsync(page, 2);
        await StartAsync(page, 3);
        await Expect(Stage(page, "Check").GetByText("Waits to enter:")).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        await check.LookAsync(page, "pipelines-queued");
    }

    private async Task RunBesideEachOtherAsync(IPage page, PipelineHands hands)
    {
        await hands.CreateAsync(Parallel, "PARALLEL");
        await page.GotoAsync($"/pipelines/{Parallel}");
        await page.ConnectedAsync();
        await Expect(page.GetByText("Executions run beside each other")).ToBeVisibleAsync(Long);
        await Expect(Rows(page)).ToHaveCountAsync(1, new() { Timeout = 30_000 });
        await StartAsync(page, 2);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Roll back…" })).ToHaveCountAsync(0);
        await page.FollowAsync(Rows(page).Last.Locator("td.lead a"));
        await page.ConnectedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop this one" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Abandon them").ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Expect(Rows(page).Last).ToContainTextAsync("Stopped", new() { Timeout = 30_000 });
        await Expect(Rows(page).First).ToContainTextAsync("Waits for approval");
        await check.LookAsync(page, "pipelines-parallel");
    }

    private async Task ListAsync(IPage page)
    {
        await page.GotoAsync("/pipelines?sort=mode");
        await Expect(page.Locator("table[data-table=pipelines] td.lead")).ToHaveTextAsync([Parallel, Queued, Superseded]);
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = Queued }).GetByLabel("Stages")).ToContainTextAsync("Check: Waits for approval");
        await check.LookAsync(page, "pipelines-list");
    }

    /// <summary>Starts an execution as it comes; then there are so many.</summary>
    private static async Task StartAsync(IPage page, int then)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await Expect(Rows(page)).ToHaveCountAsync(then, new() { Timeout = 30_000 });
    }

    private static ILocator Stage(IPage page, string name) => page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    private static ILocator Rows(IPage page) => page.Locator("table[data-table=executions] tbody tr");
}
