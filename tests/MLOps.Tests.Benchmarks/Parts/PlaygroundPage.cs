using Microsoft.Playwright;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>The playground as a person uses it.</summary>
internal sealed class PlaygroundPage(IPage page)
{
    /// <summary>Clicks and watches inside the page, so that the driver's own way to the browser is not measured.</summary>
    private const string Send = """
        () => new Promise((done, fail) => {
          // Each answer shows the id of its own request.
          const id = () => /Request\s*(\S+)/.exec(document.querySelector('section[aria-label="Answer"]')?.innerText)?.[1] ?? '';
          const before = id();
          const began = performance.now();
          const watch = new MutationObserver(() => {
            if (id() !== before && id()) { watch.disconnect(); clearTimeout(patience); requestAnimationFrame(() => done(performance.now() - began)); }
          });
          const patience = setTimeout(() => { watch.disconnect(); fail(new Error('no answer within 20 s: ' + document.querySelector('main').innerText)); }, 20000);
          watch.observe(document.querySelector('main'), { attributes: true, childList: true, subtree: true, characterData: true });
          document.querySelector('#send').click();
        })
        """;

    public static async Task<PlaygroundPage> OpenAsync(IPage page, string endpoint, string body)
    {
        await page.GotoAsync($"/playground?endpoint={endpoint}");
        await page.Locator("[data-circuit=on]").WaitForAsync();
        var payload = page.Locator("#payload");
        await payload.FillAsync(body);
        await payload.PressAsync("Tab");
        return new PlaygroundPage(page);
    }

    /// <summary>Sends the request again: from the click until the frame that shows the answer.</summary>
    public async Task<TimeSpan> SendAsync()
    {
        // It is off until the answer before has been taken in.
        await page.Locator("#send:enabled").WaitForAsync();
        return TimeSpan.FromMilliseconds(await page.EvaluateAsync<double>(Send));
    }
}
