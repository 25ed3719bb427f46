using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace MLOps.Tests.Browser;

/// <summary>Chromium as it is installed on the machine.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Candidates = [Environment.GetEnvironmentVariable("CHROMIUM") ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? playwright;

    public IBrowser Browser { get; private set; } = null!;

    private static readonly bool TakesPictures = Environment.GetEnvironmentVariable("MLOPS_SCREENSHOTS") is { Length: > 0 };

    public static string Shots { get; } = Directory.CreateDirectory(Path.Combine(PortalProcess.RepoRoot, "artifacts/screenshots")).FullName;

    public async ValueTask InitializeAsync()
    {
        var path = Candidates.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("Chromium is missing: run .config/setup.sh tests, or set CHROMIUM to its path");
        playwright = await Playwright.CreateAsync();
        // A loaded machine takes longer than Playwright's five seconds; what holds at once is not waited for.
        Assertions.SetDefaultExpectTimeout(30_000);
        Browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>A person's own browser window, signed in by a one-time link.</summary>
    /// <param name="zone">Where the person is: an IANA name; as the machine where null.</param>
    public async Task<IPage> SignedInAsync(PortalProcess portal, string role, ColorScheme scheme = ColorScheme.Light, bool javaScript = true, string? zone = null)
    {
        var context = await Browser.NewContextAsync(new() { BaseURL = portal.Url, TimezoneId = zone, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, JavaScriptEnabled = javaScript, ViewportSize = new() { Width = 1440, Height = 900 } });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(await portal.SignInLinkAsync(role));
        await page.Locator("form button[type=submit]").First.ClickAsync();
        await page.WaitForURLAsync(portal.Url + "/");
        return page;
    }

    /// <summary>The same over a cloud in memory.</summary>
    /// <param name="role">One of <see cref="MLOps.Portal.Shared.Security.Roles"/>.</param>
    public async Task<IPage> SignedInAsync(PortalHost portal, string role, ColorScheme scheme = ColorScheme.Light, bool javaScript = true)
    {
        var page = await OpenAsync(portal, scheme, javaScript);
        await page.GotoAsync(portal.SignInLink(role).AbsoluteUri);
        await page.Locator("form button[type=submit]").First.ClickAsync();
        await page.WaitForURLAsync(portal.Address.AbsoluteUri);
        return page;
    }

    /// <summary>A window of somebody who has not signed in.</summary>
    public async Task<IPage> OpenAsync(PortalHost portal, ColorScheme scheme = ColorScheme.Light, bool javaScript = true)
    {
        var context = await Browser.NewContextAsync(new() { BaseURL = portal.Address.AbsoluteUri, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, JavaScriptEnabled = javaScript, ViewportSize = new() { Width = 1440, Height = 900 } });
        context.SetDefaultTimeout(30_000);
        return await context.NewPageAsync();
    }

    /// <summary>Gives the page a width, in CSS pixels, and takes its picture where MLOPS_SCREENSHOTS is set: a whole page takes a second.</summary>
    public static async Task ShootAsync(IPage page, string name, int width = 1440)
    {
        await page.SetViewportSizeAsync(width, width < 600 ? 844 : 900);
        if (!TakesPictures)
            return;
        await page.ScreenshotAsync(new() { Path = Path.Combine(Shots, $"{name}-{width}.png"), FullPage = true });
    }

    /// <summary>Keeps every open page and what the portal said, after a failure.</summary>
    public async Task KeepAsync(string name, PortalProcess portal)
    {
        await File.WriteAllTextAsync(Path.Combine(Shots, $"{name}-portal.log"), portal.Output, CancellationToken.None);
        foreach (var (page, i) in Browser.Contexts.SelectMany(c => c.Pages).Select((p, i) => (p, i)))
            await page.ScreenshotAsync(new() { Path = Path.Combine(Shots, $"{name}-failed-{i}.png"), FullPage = true });
    }

    /// <summary>
    /// What axe calls serious or critical by WCAG 2.2 AA and good practice. One rule is left out: an id that is shortened on the screen
    /// is read whole to those who listen, so its name differs from its text on purpose.
    /// </summary>
    public static async Task<IEnumerable<string>> ViolationsAsync(IPage page)
    {
        var result = await AxeAsync(page);
        if (result.Violations.Any(v => v.Id == "document-title"))
        {
            // The circuit writes the title anew when it takes a page over, and axe may look between.
            await Assertions.Expect(page).ToHaveTitleAsync(new Regex(".+"));
            result = await AxeAsync(page);
        }
        return result.Violations.Where(v => v.Impact is "serious" or "critical" && v.Id != "label-content-name-mismatch")
            .Select(v => $"{page.Url}: {v.Id} ({v.Impact}): {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}");
    }

    /// <summary>What cannot be read for want of contrast.</summary>
    public static async Task<IEnumerable<string>> FaintAsync(IPage page) => (await page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations], RunOnly = RunOnlyOptions.Rules("color-contrast") })).Violations
        .Select(v => $"{page.Url}: {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}");

    private static Task<AxeResult> AxeAsync(IPage page) => page.RunAxe(new AxeRunOptions
    {
        ResultTypes = [ResultType.Violations],
        RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),
    });
}
