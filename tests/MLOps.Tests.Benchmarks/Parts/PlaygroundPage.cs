using Microsoft.Playwright;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>The playground as a person uses it.</summary>
internal sealed class PlaygroundPage(IPage page)
{
    /// <summary>Clicks and watches inside the page, so that the driver's own way to the browser is not measured.</summary>
    private const string Send = """
        () => new Promise((done, fail) => {
          const answer = document.querySelector('section[aria-label="Answer"]');
          const begun = performance.now();
          let busy = false;
          const watch = new MutationObserver(() => {
            const is = answer.getAttribute('aria-busy') === 'true';
            busy ||= is;
            if (busy && !is) { watch.disconnect(); requestAnimationFrame(() => done(performance.now() - begun)); }
          });
          watch.observe(answer, { attributes: true, childList: true, subtree: true, characterData: true });
          document.querySelector('#send').click();
          setTimeout(() => { watch.disconnect(); fail(new Error('no answer within 20 s')); }, 20000);
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
    public async Task<TimeSpan> SendAsync() => TimeSpan.FromMilliseconds(await page.EvaluateAsync<double>(Send));
}
