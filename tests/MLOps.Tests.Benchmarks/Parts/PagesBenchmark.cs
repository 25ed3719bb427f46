using Microsoft.Playwright;
using MLOps.Tests.Benchmarks.Measuring;
using MLOps.Tests.Benchmarks.Seeding;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>
/// How long a person waits at a list: each time is taken inside the page, from the act to the frame that shows what it asked for, with the
/// portal's own sweeps going on.
/// </summary>
internal static class PagesBenchmark
{
    /// <summary>Waits frame by frame until something holds; milliseconds since <c>begun</c>.</summary>
    private const string Watch = """
        const until = (begun, holds) => new Promise((done, fail) => {
          const look = () => holds() ? done(performance.now() - begun)
            : performance.now() - begun > 30000 ? fail(new Error('not within 30 s: ' + holds)) : requestAnimationFrame(look);
          look();
        });
        const rows = () => [...document.querySelectorAll('main table.data tbody tr')].filter(r => r.querySelector('td'));
        const lead = r => (r.querySelector('td.lead a') ?? r.querySelector('td')).textContent.trim();
        """;

    private const string Opened = $$"""() => { {{Watch}} return until(0, () => rows().length > 0 && document.querySelector('[data-circuit=on]')); }""";

    private const string Follow = $$"""
        link => { {{Watch}}
          const a = document.querySelector('nav a[href="' + link + '"]');
          const begun = performance.now();
          a.click();
          return until(begun, () => location.pathname === link && rows().length > 0 && !document.querySelector('main .skeleton'));
        }
        """;

    private const string Filter = $$"""
        text => { {{Watch}}
          const field = document.querySelector('main input[type=search]');
          const begun = performance.now();
          field.value = text;
          field.dispatchEvent(new Event('input', { bubbles: true }));
          return until(begun, () => rows().length > 0 && rows().every(r => lead(r).includes(text)));
        }
        """;

    private const string Sort = $$"""
        key => { {{Watch}}
          const head = document.querySelector('main th[data-col="' + key + '"]');
          const before = head.ariaSort, first = lead(rows()[0]);
          const begun = performance.now();
          head.querySelector('button').click();
          return until(begun, () => {
            const now = document.querySelector('main th[data-col="' + key + '"]');
            return now.ariaSort !== before && rows().length > 0 && (rows().length < 2 || lead(rows()[0]) !== first);
          });
        }
        """;

    private const string Scroll = $$"""
        () => { {{Watch}}
          const box = document.querySelector('main .table-wrap.long');
          if (!box) { scrollTo(0, document.body.scrollHeight); return until(performance.now(), () => true); }
          const count = box.querySelector('table').ariaRowCount - 1;
          const begun = performance.now();
          box.scrollTop = box.scrollHeight;
          // The rows in sight are the last ones: nothing but their own height is below them.
          return until(begun, () => {
            const shown = rows(), edge = box.getBoundingClientRect().bottom;
            const last = shown.at(-1)?.getBoundingClientRect();
            if (last && last.bottom > edge + 2 && box.scrollTop + box.clientHeight < box.scrollHeight - 2) box.scrollTop = box.scrollHeight;
            return shown.length < count && last && last.bottom <= edge + 2 && last.bottom > edge - 60;
          });
        }
        """;

    public static async Task<string> RunAsync(Crowd crowd, BenchmarkOptions options)
    {
        await using var portal = new PortalProcess($"--LocalCloud:StateFolder={crowd.CloudFolder}", "--Cloud:Workshop:Seed=false") { IsMeasured = true };
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        await portal.StartAsync(http);
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.SignedInAsync(portal);
        var table = new MarkdownTable(
            $"Lists in Chromium, {options.Rounds} rounds, median (p90) in ms", "list", "open, from nothing", "open, from another page", "filter", "sort", "scroll to the end");
        foreach (var list in ListPage.All(crowd.Amounts).Where(l => options.Only.Length == 0 || l.Path == options.Only))
        {
            // The first look after a start waits for the first sweep: that is the start's time, not the list's.
            await page.GotoAsync(list.Path);
            await page.EvaluateAsync<double>(Opened);
            Samples cold = new(), warm = new(), filter = new(), sort = new(), scroll = new();
            for (var round = 0; round < options.Rounds; round++)
                await WalkAsync(page, list, cold, warm, filter, sort, scroll);
            Progress.Say($"pages: {list.Title}: open {cold.Median:0} / {warm.Median:0}, filter {filter.Median:0}, sort {sort.Median:0}, scroll {scroll.Median:0} ms");
            table.Row(list.Title, Cell(cold), Cell(warm), Cell(filter), Cell(sort), Cell(scroll));
        }
        return table.Note("Training jobs are shown in pages of 50, which need no scrolling; a model's list is a tab, opened with its page.").ToString();
    }

    private static async Task WalkAsync(IPage page, ListPage list, Samples cold, Samples warm, Samples filter, Samples sort, Samples scroll)
    {
        await page.GotoAsync(list.Path, new() { WaitUntil = WaitUntilState.Commit });
        cold.Add(await page.EvaluateAsync<double>(Opened));
        scroll.Add(await page.EvaluateAsync<double>(Scroll));
        if (await page.Locator($"main th[data-col=\"{list.Sort}\"] button").CountAsync() > 0)
            sort.Add(await page.EvaluateAsync<double>(Sort, list.Sort));
        filter.Add(await page.EvaluateAsync<double>(Filter, list.Filter));
        await page.GotoAsync("/approvals");
        await page.Locator("[data-circuit=on]").WaitForAsync();
        if (list.Path == list.Link)
            warm.Add(await page.EvaluateAsync<double>(Follow, list.Link));
    }

    private static string Cell(Samples samples) => samples.Count == 0 ? "—" : $"{samples.Median:0} ({samples.P90:0})";
}
