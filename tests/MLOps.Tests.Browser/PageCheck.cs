using Microsoft.Playwright;

namespace MLOps.Tests.Browser;

/// <summary>Looks at pages as people do who need light or dark, a reader, or have a narrow screen; keeps pictures, and what keeps somebody out.</summary>
internal sealed class PageCheck
{
    private readonly List<string> faults = [];

    /// <summary>Checks a page by axe in light and dark, at the widths of a desk and of a phone.</summary>
    public async Task LookAsync(IPage page, string name)
    {
        faults.AddRange(await BrowserFixture.ViolationsAsync(page));
        await BrowserFixture.ShootAsync(page, name, 390);
        if (!await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth + 1"))
            faults.Add($"{page.Url} scrolls sideways at 390 px");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark, ReducedMotion = ReducedMotion.Reduce });
        await BrowserFixture.ShootAsync(page, $"{name}-dark");
        faults.AddRange((await BrowserFixture.ViolationsAsync(page)).Select(f => $"in the dark, {f}"));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, ReducedMotion = ReducedMotion.Null });
        await BrowserFixture.ShootAsync(page, name);
    }

    /// <summary>Fails where a page kept somebody out.</summary>
    public void Conclude() =>
        string.Join('\n', faults.Distinct()).Should().BeEmpty("every page that was looked at is for everybody, at every width, by day and by night");
}
