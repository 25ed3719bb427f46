using Microsoft.Playwright;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>Chromium as it is installed on the machine.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Candidates = [Environment.GetEnvironmentVariable("CHROMIUM") ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        var path = Candidates.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("Chromium is missing: run .config/setup.sh tests, or set CHROMIUM to its path");
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        }));
    }

    /// <summary>A window of 1440 × 900 in which an administrator is signed in.</summary>
    public async Task<IPage> SignedInAsync(PortalProcess portal)
    {
        var context = await browser.NewContextAsync(new() { BaseURL = portal.Url, ViewportSize = new() { Width = 1440, Height = 900 } });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(await portal.SignInLinkAsync("Administrator"));
        await page.Locator("form button[type=submit]").First.ClickAsync();
        await page.WaitForURLAsync(portal.Url + "/");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
