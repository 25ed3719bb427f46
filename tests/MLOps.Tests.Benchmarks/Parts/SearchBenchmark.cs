using Microsoft.Playwright;
using MLOps.Tests.Benchmarks.Measuring;
using MLOps.Tests.Benchmarks.Seeding;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>
/// How long the palette of commands takes with many things in the cloud: what the server needs for an answer, and what a person waits from
/// the last letter to the first line of the list, the pause that the field makes included.
/// </summary>
internal static class SearchBenchmark
{
    private const string Typed = """
        async query => {
          const input = document.querySelector('dialog.palette input'), list = document.querySelector('#palette-list');
          list.replaceChildren();
          const begun = performance.now();
          input.value = query;
          input.dispatchEvent(new Event('input', { bubbles: true }));
          return new Promise((done, fail) => {
            const look = () => list.querySelector('[role=option]') ? done(performance.now() - begun)
              : performance.now() - begun > 10000 ? fail(new Error('nothing within 10 s for ' + query)) : requestAnimationFrame(look);
            look();
          });
        }
        """;

    private const string Asked = """
        async query => {
          const begun = performance.now();
          await (await fetch('/search/find?q=' + encodeURIComponent(query))).json();
          return performance.now() - begun;
        }
        """;

    private static readonly (string What, string Query)[] Queries =
    [
        ("the beginning of a name", "fraud-model-09"),
        ("a word in thousands of names", "model"),
        ("two words", "fraud 0971"),
        ("a part inside of words", "aud-mod"),
        ("first letters of words", "fm09"),
        ("a page", "training jobs"),
    ];

    public static async Task<string> RunAsync(Crowd crowd, BenchmarkOptions options)
    {
        await using var portal = new PortalProcess($"--LocalCloud:StateFolder={crowd.CloudFolder}", "--Cloud:Workshop:Seed=false", "--Cloud:Inventory:MaxTrainingJobs=10000") { IsMeasured = true };
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        await portal.StartAsync(http);
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.SignedInAsync(portal);
        await page.GotoAsync("/training");
        await page.Locator("[data-circuit=on]").WaitForAsync();
        // The index follows the first sweep over all jobs.
        await Until.TrueAsync(
            async () => await page.EvaluateAsync<int>("async () => { await new Promise(r => setTimeout(r, 500)); return (await (await fetch('/search/find?q=model-00000')).json()).length; }") > 0,
            TimeSpan.FromMinutes(3), "the oldest job is in the index");
        await page.Keyboard.PressAsync("Control+k");
        var table = new MarkdownTable(
            $"Search among {crowd.Amounts.Jobs + crowd.Amounts.Endpoints + crowd.Amounts.Pipelines + crowd.Amounts.Models:#,0} things, {options.Rounds * 4} rounds, median (p90) in ms", "query", "the server's answer", "last letter → first line");
        foreach (var (what, query) in Queries)
        {
            Samples answer = new(), line = new();
            for (var round = 0; round < options.Rounds * 4; round++)
            {
                answer.Add(await page.EvaluateAsync<double>(Asked, query));
                line.Add(await page.EvaluateAsync<double>(Typed, query));
            }
            Progress.Say($"search: {query}: {answer.Median:0.0} / {line.Median:0.0} ms");
            table.Row($"{what}: `{query}`", $"{answer.Median:0.0} ({answer.P90:0.0})", $"{line.Median:0} ({line.P90:0})");
        }
        return table.Note("The field waits 60 ms for the next letter before it asks.").ToString();
    }
}
