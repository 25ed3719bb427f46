using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// What a gate asks of people, as they meet it: two who must approve, who asked for it, what changed, what an administrator sets aside, and
/// what comes after: traffic that moves, and production that goes back. One portal, one test: each part needs what the one before has brought about.
/// </summary>
public sealed class GateTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Gate = "Gates:Pipelines:iris-model-pipeline";
    private const string Production = "iris-model-production";
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 120_000 };
    private readonly PageCheck check = new();

    [Fact]
    public async Task Gate_FromTwoApproversToARollBack()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess($"--{Gate}:Rules:0=random_forest:accuracy >= 0.9");
        try
        {
            await portal.StartAsync(http, $"--{Gate}:Votes=2");
            using var cloud = new CloudHands(portal.CloudUrl);
            var first = await SeededAsync(cloud);
            var approver = await browser.SignedInAsync(portal, "Approver");
            await ApproveByKeyboardAsync(approver, first);
            await ApproveThroughARedeployAsync(portal, http, approver, first);
            await cloud.StandsAsync(first, "DeployPrd", "Succeeded");

            // From here on one person is enough.
            await portal.StopAsync();
            await portal.StartAsync(http);
            var weak = await cloud.UploadAsync(new CloudHands.Asked("approver", Challenges: true), ("random_forest_n_estimators", "1"), ("random_forest_max_depth", "1"), ("random_forest_max_features", "1"));
            await cloud.StandsAsync(weak, "DeployApproval", "InProgress");
            await RefuseTheRequesterAsync(approver, weak);
            var admin = await browser.SignedInAsync(portal, "Administrator");
            await RefuseWhatChangedAsync(cloud, admin, weak);
            await OverrideAsync(admin, weak, serves: first);
            await cloud.StandsAsync(weak, "DeployPrd", "Succeeded");

            await ShiftBySliderAsync(admin, weak);
            await TakeBackWithoutAScriptAsync(portal, approver);
            await DisableAsync(cloud, admin, approver);
            await RollBackAsync(cloud, admin);
            check.Conclude();
        }
        catch (Exception)
        {
            await browser.KeepAsync("gate", portal);
            throw;
        }
    }

    private static async Task<string> SeededAsync(CloudHands cloud)
    {
        await Eventually.TrueAsync(async () => (await cloud.ExecutionsAsync()).Count > 0, TimeSpan.FromSeconds(120), "the workshop's first run begins");
        var first = (await cloud.ExecutionsAsync())[^1].PipelineExecutionId;
        await cloud.StandsAsync(first, "DeployApproval", "InProgress");
        return first;
    }

    /// <summary>No mouse: from the inbox to the vote by Tab and Enter, with the focus in sight.</summary>
    private async Task ApproveByKeyboardAsync(IPage page, string execution)
    {
        await page.GotoAsync("/approvals");
        await page.ConnectedAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Review iris-model-pipeline" })).ToBeVisibleAsync(Long);
        await TabToAsync(page, "Review iris-model-pipeline");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**" + SignOff(execution));
        var approve = page.GetByRole(AriaRole.Button, new() { Name = "Approve for production" });
        await Expect(approve).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await check.LookAsync(page, "gate-two");
        await TabToAsync(page, "Comment");
        await page.Keyboard.TypeAsync("Both algorithms hold");
        await TabToAsync(page, "Approve for production");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("1 of 2 approvals: Approver")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve for production" }).ClickAsync();
        await Expect(page.GetByText("You approved this already")).ToBeVisibleAsync();
        await check.LookAsync(page, "gate-voted");
    }

    /// <summary>The second person has the page open, without JavaScript, while the portal is exchanged for a new one.</summary>
    private async Task ApproveThroughARedeployAsync(PortalProcess portal, HttpClient http, IPage first, string execution)
    {
        var second = await browser.SignedInAsync(portal, "Administrator", javaScript: false);
        await second.GotoAsync(SignOff(execution));
        await second.GetByLabel("Comment").FillAsync("and so say I");
        await portal.StopAsync();
        await portal.StartAsync(http, $"--{Gate}:Votes=2");
        await second.GetByRole(AriaRole.Button, new() { Name = "Approve for production" }).ClickAsync();
        await Expect(second.GetByText("Approved by Administrator").First).ToBeVisibleAsync(Long);
        await first.GotoAsync(SignOff(execution));
        await Expect(first.GetByText("Approved by Administrator").First).ToBeVisibleAsync();
        await second.Context.CloseAsync();
    }

    /// <summary>Who uploaded a candidate cannot approve it, neither by the page nor by a form made by hand.</summary>
    private async Task RefuseTheRequesterAsync(IPage approver, string execution)
    {
        await approver.GotoAsync(SignOff(execution));
        await Expect(approver.GetByText("You asked for this candidate, so somebody else approves it").First).ToBeVisibleAsync(Long);
        await Expect(approver.GetByRole(AriaRole.Button, new() { Name = "Reject" })).ToBeVisibleAsync(Long);
        await Expect(approver.GetByRole(AriaRole.Button, new() { Name = "Approve for production" })).ToBeDisabledAsync();
        await check.LookAsync(approver, "gate-requester");
        var form = approver.Context.APIRequest.CreateFormData().Set("decision", "approve");
        foreach (var field in (string[])["__RequestVerificationToken", "digest", "token", "evidence"])
            form = form.Set(field, await approver.Locator($"form[action*=decision] input[name={field}]").InputValueAsync());
        var refused = await approver.Context.APIRequest.PostAsync(SignOff(execution) + "/decision", new() { Form = form });
        refused.Status.Should().Be(403);
        (await refused.TextAsync()).Should().Contain("You asked for this candidate");
    }

    /// <summary>Somebody deploys past the pipeline while the page is open: what was looked at is not what would be replaced.</summary>
    private async Task RefuseWhatChangedAsync(CloudHands cloud, IPage admin, string execution)
    {
        await admin.GotoAsync(SignOff(execution));
        await Expect(admin.GetByText("The gate is closed.")).ToBeVisibleAsync(Long);
        await check.LookAsync(admin, "gate-closed");
        var before = await cloud.ServeDevelopmentsModelAsync(Production);
        await admin.GetByLabel("Approve although the gate is closed").CheckAsync();
        await admin.GetByLabel("Reason").FillAsync("The forest is for show, nobody calls it");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Approve for production" }).ClickAsync();
        await Expect(admin.GetByRole(AriaRole.Heading, new() { Name = "It changed while you looked" })).ToBeVisibleAsync();
        await Expect(admin.Locator("main")).ToContainTextAsync("productionVariants[Champion].model");
        await check.LookAsync(admin, "gate-changed");
        (await cloud.StageAsync("DeployApproval")).Should().Be((execution, "InProgress"), "nothing was decided");
        await cloud.ServeAsync(Production, before);
    }

    /// <summary>An administrator sets a failed rule aside, with a reason that is kept.</summary>
    private async Task OverrideAsync(IPage admin, string execution, string serves)
    {
        // What was deployed past the pipeline is gone again as soon as the portal has seen it.
        await Eventually.TrueAsync(async () =>
        {
            await admin.GotoAsync(SignOff(execution));
            return await admin.Locator("main").GetByRole(AriaRole.Link, new() { Name = serves }).CountAsync() > 0;
        }, TimeSpan.FromSeconds(60), "the page tells what serves");
        var approve = admin.GetByRole(AriaRole.Button, new() { Name = "Approve for production" });
        await Expect(approve).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await approve.ClickAsync();
        await Expect(admin.GetByRole(AriaRole.Heading, new() { Name = "The gate is closed" })).ToBeVisibleAsync();
        await admin.GotoAsync(SignOff(execution));
        await admin.GetByLabel("Approve although the gate is closed").CheckAsync();
        await admin.GetByLabel("Reason").FillAsync("The forest is for show, nobody calls it");
        await approve.ClickAsync();
        await Expect(admin.GetByText("Approved by Administrator").First).ToBeVisibleAsync(Long);
        await Expect(admin.Locator("main")).ToContainTextAsync("The forest is for show, nobody calls it");
        await check.LookAsync(admin, "gate-overridden");
    }

    /// <summary>Half of the traffic for the challenger, by slider and keyboard; the gate is that of the approval.</summary>
    private async Task ShiftBySliderAsync(IPage admin, string execution)
    {
        await admin.GotoAsync(SignOff(execution));
        await admin.GetByRole(AriaRole.Link, new() { Name = "Share the traffic, or take it back" }).ClickAsync();
        await Expect(admin.GetByRole(AriaRole.Heading, new() { Name = $"Traffic of {Production}" })).ToBeVisibleAsync();
        await Expect(admin.GetByText("The gate is closed for more traffic to Challenger.")).ToBeVisibleAsync(Long);
        var (champion, challenger) = (admin.GetByLabel("Share of Champion after, in per cent"), admin.GetByLabel("Share of Challenger after, in per cent"));
        await Expect(challenger).ToHaveValueAsync("20");
        var slider = admin.GetByLabel("Slider for Challenger");
        await slider.FocusAsync();
        for (var i = 0; i < 30; i++)
            await admin.Keyboard.PressAsync("ArrowRight");
        await Expect(challenger).ToHaveValueAsync("50");
        await Expect(champion).ToHaveValueAsync("50");
        await admin.GetByLabel("Promote although the gate is closed").CheckAsync();
        await admin.Locator("[name=overrideReason]").FillAsync("Half of it, to compare them for an hour");
        await check.LookAsync(admin, "traffic-before");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Share the traffic so" }).ClickAsync();
        await Expect(admin.GetByLabel("Shifts and roll-backs")).ToContainTextAsync("Champion 80 %, Challenger 20 % → Champion 50 %, Challenger 50 %", new() { Timeout = 30_000 });
        await Expect(admin.GetByLabel("Shifts and roll-backs").GetByText("Done").First).ToBeVisibleAsync(Long);
        await check.LookAsync(admin, "traffic-after");
    }

    /// <summary>Who asked for the candidate cannot give it more traffic, and can take it all back.</summary>
    private async Task TakeBackWithoutAScriptAsync(PortalProcess portal, IPage requester)
    {
        var plain = await browser.Browser.NewContextAsync(new() { BaseURL = portal.Url, JavaScriptEnabled = false, StorageState = await requester.Context.StorageStateAsync(), ViewportSize = new() { Width = 390, Height = 844 } });
        var page = await plain.NewPageAsync();
        await page.GotoAsync($"/promote/{Production}");
        await Expect(page.GetByText("You asked for this candidate, so somebody else promotes it").First).ToBeVisibleAsync(Long);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Promote Challenger to 100 %" })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "All traffic to Champion" }).ClickAsync();
        await Expect(page.GetByLabel("Shifts and roll-backs")).ToContainTextAsync("→ Champion 100 %, Challenger 0 %", new() { Timeout = 30_000 });
        await plain.CloseAsync();
    }

    /// <summary>An account is disabled while its owner has pages open: the live one is cut within seconds, and the form of the plain one is not taken.</summary>
    private async Task DisableAsync(CloudHands cloud, IPage admin, IPage approver)
    {
        var live = await approver.Context.NewPageAsync();
        await live.GotoAsync("/approvals");
        await live.ConnectedAsync();
        await approver.GotoAsync($"/promote/{Production}");
        var rollBack = approver.GetByRole(AriaRole.Button, new() { Name = "Roll back to the last good production" });
        await Expect(rollBack).ToBeVisibleAsync(Long);

        await admin.GotoAsync("/account/people");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Approver", Exact = true }).ClickAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Disable the account" }).ClickAsync();
        await Expect(admin.GetByText("Disabled").First).ToBeVisibleAsync();

        await Eventually.TrueAsync(
            async () => live.Url.Contains("/account/sign-in", StringComparison.Ordinal) || await live.Locator("#components-reconnect-modal").IsVisibleAsync(), TimeSpan.FromSeconds(10), "the open page is cut");
        await rollBack.ClickAsync();
        await Expect(approver).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/account/sign-in"));
        await BrowserFixture.ShootAsync(approver, "gate-disabled");
        (await cloud.VariantsAsync(Production)).Should().Equal("Champion", "Challenger");
    }

    /// <summary>One click, and production is what it was before the challenger came; the page says how long it took.</summary>
    private async Task RollBackAsync(CloudHands cloud, IPage admin)
    {
        await admin.GotoAsync($"/promote/{Production}");
        await admin.GetByLabel("Go back").GetByLabel("Reason").FillAsync("The challenger adds nothing");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Roll back to the last good production" }).ClickAsync();
        var changes = admin.GetByLabel("Shifts and roll-backs").GetByRole(AriaRole.Row).Nth(1);
        await Expect(changes).ToContainTextAsync("Roll-back of DeployPrd");
        await Expect(changes.GetByText("Done")).ToBeVisibleAsync(Long);
        await Expect(changes).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"\d+(\.\d)? s"));
        await Expect(admin.GetByLabel("What serves")).Not.ToContainTextAsync("Challenger");
        (await cloud.VariantsAsync(Production)).Should().Equal("Champion");
        await check.LookAsync(admin, "traffic-rolled-back");
    }

    /// <summary>Presses Tab until what has that name is in focus, and sees that the focus can be seen.</summary>
    private static async Task TabToAsync(IPage page, string name)
    {
        for (var i = 0; i < 120; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var (said, outline) = await FocusAsync(page);
            if (!said.StartsWith(name, StringComparison.Ordinal))
                continue;
            outline.Should().NotStartWith("none", $"the focus on {name} is seen");
            return;
        }
        throw new TimeoutException($"Tab does not reach {name}");
    }

    private static async Task<(string Name, string Outline)> FocusAsync(IPage page)
    {
        var parts = await page.EvaluateAsync<string[]>("""
            () => {
              const e = document.activeElement;
              const style = getComputedStyle(e);
              return [(e.getAttribute('aria-label') ?? e.labels?.[0]?.innerText ?? e.innerText ?? '').trim(), `${style.outlineStyle} ${style.outlineWidth}`];
            }
            """);
        return (parts[0], parts[1]);
    }

    private static string SignOff(string execution) => $"/approvals/{CloudHands.Pipeline}/DeployApproval/ApproveDeploy/{execution}";
}
