using Microsoft.Playwright;

namespace MLOps.Tests.Browser;

/// <summary>Looks at pages as people do who see badly, work in the dark, listen, or have a narrow screen; keeps what keeps somebody out.</summary>
internal sealed class PageCheck
{
    private readonly List<string> faults = [];

    /// <summary>Checks a page by axe, for contrast in the dark, and at the width of a phone; takes its pictures where they are wanted.</summary>
    public async Task LookAsync(IPage page, string name)
    {
        await HearAsync(page);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        faults.AddRange((await BrowserFixture.FaintAsync(page)).Select(f => $"in the dark, {f}"));
        await BrowserFixture.ShootAsync(page, $"{name}-dark");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await BrowserFixture.ShootAsync(page, name, 390);
        if (!await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth + 1"))
            faults.Add($"{page.Url} scrolls sideways at 390 px");
        await BrowserFixture.ShootAsync(page, name);
    }

    /// <summary>Checks a page by axe as it is.</summary>
    public async Task HearAsync(IPage page) => faults.AddRange(await BrowserFixture.ViolationsAsync(page));

    /// <summary>Fails where a page kept somebody out.</summary>
    public void Conclude() =>
        string.Join('\n', faults.Distinct()).Should().BeEmpty("every page that was looked at is for everybody, at every width, by day and by night");
}
