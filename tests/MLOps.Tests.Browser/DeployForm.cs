using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>The form by which something is deployed to an endpoint.</summary>
internal static class DeployForm
{
    /// <summary>What can be chosen: <c>An approved version</c>, <c>A model</c> or <c>A configuration</c>.</summary>
    public static ILocator Choice(IPage page, string title) => page.Locator("label.lab").Filter(new() { HasText = title }).Locator("select");

    /// <summary>Fills in a canary; each number is told when its field is left.</summary>
    public static async Task ShiftAsync(IPage page, int percent, int wait)
    {
        foreach (var (label, value) in new[] { ("Canary, % (1–50)", percent), ("Wait between steps, s", wait), ("Keep the old fleet, s", 2) })
        {
            await page.GetByLabel(label).FillAsync($"{value}");
            await page.GetByLabel(label).PressAsync("Tab");
        }
    }

    /// <summary>Deploys, and waits until the endpoint's page tells how far it is.</summary>
    public static async Task OrderAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Deploy" }).ClickAsync();
        await Expect(page.GetByText("of the traffic is on the new fleet").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }
}
