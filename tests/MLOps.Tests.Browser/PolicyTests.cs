using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>The portal's own pages under its content security policy: nothing that they need is refused by the browser.</summary>
public sealed class PolicyTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Pages_UnderThePolicy_WorkWithoutAViolation()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        await portal.StartAsync(http);
        var page = await browser.SignedInAsync(portal, "Administrator");
        var violations = new List<string>();
        page.Console += (_, line) =>
        {
            if (line.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase) || line.Text.Contains("violates the following", StringComparison.OrdinalIgnoreCase))
                lock (violations)
                    violations.Add($"{page.Url}: {line.Text}");
        };
        foreach (var path in (string[])["/", "/pipelines", "/training", "/training/new", "/models", "/endpoints", "/playground", "/load", "/timeline"])
        {
            await page.GotoAsync(path);
            await page.ConnectedAsync();
        }
        // Pop-overs, menus and the theme are MudBlazor's and the portal's scripts at work.
        await page.GotoAsync("/pipelines");
        await page.ConnectedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Colour scheme" }).First.ClickAsync();
        await page.Locator("[data-set-theme=dark]").ClickAsync();
        await Expect(page.Locator("html[data-theme=dark]")).ToBeAttachedAsync();
        // What the policy is for: a script that somebody got into the page does not run.
        await page.EvaluateAsync("() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s); }");
        (await page.EvaluateAsync<bool>("() => window.ran === true")).Should().BeFalse();
        await Eventually.TrueAsync(() => Task.FromResult(Seen().Length == 1), TimeSpan.FromSeconds(10), "the injected script, and nothing else, is refused: " + string.Join('\n', Seen()));
        await portal.StopAsync();

        string[] Seen()
        {
            lock (violations)
                return [.. violations];
        }
    }
}
