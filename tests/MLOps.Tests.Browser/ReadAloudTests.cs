using Microsoft.Playwright;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>Signing off, moving traffic and accounts for somebody who listens to the pages: what the browser tells a screen reader.</summary>
public sealed class ReadAloudTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string SignOff = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";
    private const string Traffic = "/promote/iris-model-production";

    [Fact]
    public async Task Pages_Heard_LeadAroundAndNameEverything()
    {
        await using var portal = await PortalHost.StartAsync();
        var faults = new List<string>();
        var stranger = await browser.OpenAsync(portal);
        foreach (var path in (string[])["/account/sign-in", "/account/sign-in?refused=password"])
            await HearAsync(stranger, path);
        var admin = await browser.SignedInAsync(portal, Roles.Admin, ColorScheme.Dark);
        foreach (var path in (string[])[SignOff, "/approvals", Traffic, "/promote/nothing", "/account", "/account/confirm?minutes=5&returnUrl=%2F", "/account/people", "/permissions", "/nowhere"])
            await HearAsync(admin, path);
        await admin.GotoAsync("/account/people");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Approver", Exact = true }).ClickAsync();
        await Expect(admin.GetByRole(AriaRole.Heading, new() { Name = "Rights" })).ToBeVisibleAsync();
        faults.AddRange(await ReadAloud.FaultsAsync(admin));
        string.Join('\n', faults).Should().BeEmpty();

        async Task HearAsync(IPage page, string path)
        {
            await page.GotoAsync(path);
            if (path == SignOff)
                await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve for production" })).ToBeEnabledAsync();
            faults.AddRange(await ReadAloud.FaultsAsync(page));
            faults.AddRange(await BrowserFixture.ViolationsAsync(page));
            await page.SetViewportSizeAsync(390, 844);
            faults.AddRange(await ReadAloud.FaultsAsync(page));
            await page.SetViewportSizeAsync(1440, 900);
        }
    }

    [Fact]
    public async Task SignOff_Heard_TellsEvidenceInTablesAndTheDecisionInOrder()
    {
        await using var portal = await PortalHost.StartAsync();
        var page = await browser.SignedInAsync(portal, Roles.Approver, javaScript: false);
        await page.GotoAsync(SignOff);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve for production" })).ToBeEnabledAsync();

        var metrics = page.GetByRole(AriaRole.Table, new() { Name = "Metrics of the candidate beside production's" });
        await Expect(metrics.GetByRole(AriaRole.Row, new() { Name = "logistic:log_loss ↓ lower is better" })).ToContainTextAsync("better");
        foreach (var row in (await metrics.GetByRole(AriaRole.Row).AllInnerTextsAsync()).Skip(1))
            row.Should().MatchRegex("better|worse|equal|new|not measured", "what is better is said, and not by a colour");
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Candidate by label" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Decision", Exact = true })).ToMatchAriaSnapshotAsync("""
            - region "Decision":
              - heading "Decision" [level=2]
              - paragraph: /Approving changes iris-model-production/
              - text: /Comment needed to reject/
              - textbox /Comment needed to reject/
              - button "Approve for production"
              - button "Reject"
            """);
        var heard = await ReadAloud.ListenAsync(page);
        heard.Where(h => h.Role == "heading").Select(h => h.Name).Should().ContainInOrder($"Sign off {IrisStory.Pipeline}", "Metrics", "Saved cases", "What changes against production", "What asks", "Model card", "Decision", "Gate");
    }

    [Fact]
    public async Task Refusals_Heard_AreAnnouncedAndHaveTheFocus()
    {
        await using var portal = await PortalHost.StartAsync();
        var approver = await browser.SignedInAsync(portal, Roles.Approver);
        await approver.GotoAsync(SignOff);
        await Expect(approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" })).ToBeEnabledAsync();
        await approver.GetByRole(AriaRole.Button, new() { Name = "Reject", Exact = true }).ClickAsync();
        await RefusedAsync(approver, "Something is missing", "A rejection needs a comment");

        await approver.GotoAsync(SignOff);
        await Expect(approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" })).ToBeEnabledAsync();
        SignOffStory.Change(portal.Cloud);
        await approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" }).ClickAsync();
        await RefusedAsync(approver, "It changed while you looked", "Nothing was decided");

        await approver.GotoAsync(Traffic);
        await approver.GetByRole(AriaRole.Button, new() { Name = "Share the traffic so" }).ClickAsync();
        await RefusedAsync(approver, "Something is missing", "how the traffic is shared now");

        var stranger = await browser.OpenAsync(portal);
        await stranger.GotoAsync("/account/sign-in");
        await stranger.GetByLabel("User name").FillAsync("approver");
        await stranger.GetByLabel("Password", new() { Exact = true }).FillAsync("nothing that fits");
        await stranger.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await RefusedAsync(stranger, "Sign in", "do not fit");
        (await ReadAloud.ListenAsync(stranger)).Where(h => h.Role == "textbox").Should().HaveCount(2).And.OnlyContain(h => h.Description.Contains("do not fit"), "the fields tell it too");
    }

    /// <summary>The refusal is the first thing that is told: the page is called so, an alert says why, and the focus is on it.</summary>
    private static async Task RefusedAsync(IPage page, string title, string why)
    {
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = title, Level = 1 })).ToBeVisibleAsync();
        await Expect(page).ToHaveTitleAsync($"{title} · MLOps Portal");
        var alert = page.GetByRole(AriaRole.Alert).Filter(new() { HasText = why });
        await Expect(alert).ToBeVisibleAsync();
        await Expect(alert).ToBeFocusedAsync();
    }
}
