using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>What people do on pages, in the way that waits for what a person would wait for.</summary>
internal static class Visitor
{
    /// <summary>Sends a request in the playground, and waits until it is answered or refused.</summary>
    public static async Task SendAsync(this IPage page, string body)
    {
        await page.ConnectedAsync();
        var send = page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true });
        await Expect(page.GetByText("Live", new() { Exact = true }).First).ToBeVisibleAsync();
        await Expect(send).ToBeEnabledAsync();
        await Eventually.TrueAsync(async () =>
        {
            await page.GetByLabel("Body", new() { Exact = true }).FillAsync(body);
            await send.ClickAsync();
            return !await page.Answer().GetByText("Nothing sent yet").IsVisibleAsync();
        }, TimeSpan.FromSeconds(30), "the request is sent");
    }

    /// <summary>Opens a link's target; a click could meet the moment in which the circuit takes over the prerendered page.</summary>
    public static async Task FollowAsync(this IPage page, ILocator link)
    {
        await Expect(link).ToBeVisibleAsync();
        await page.GotoAsync((await link.GetAttributeAsync("href"))!);
    }

    /// <summary>Waits until the page's circuit runs: before that, clicks are not heard.</summary>
    public static Task ConnectedAsync(this IPage page) => Expect(page.Locator("[data-circuit=on]")).ToBeAttachedAsync(new() { Timeout = 30_000 });

    /// <summary>Clicks until <paramref name="done"/> holds: a click before the circuit is there does nothing.</summary>
    public static Task ClickUntilAsync(this ILocator button, Func<Task<bool>> done, string what) => Eventually.TrueAsync(async () =>
    {
        if (await done())
            return true;
        if (await button.IsVisibleAsync())
            await button.ClickAsync();
        return await done();
    }, TimeSpan.FromSeconds(30), what);

    public static ILocator Answer(this IPage page) => page.GetByLabel("Answer", new() { Exact = true });
}
