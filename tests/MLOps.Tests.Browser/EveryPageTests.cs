using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using MLOps.Portal;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// Every page that the portal has, by reflection: a new one fails here until it has an address. Each is for everybody (axe, in both
/// colour schemes), for every width, and loads without an error of a script or a refusal of the content security policy; with the
/// workshop's data, and on a cloud in which there is nothing yet.
/// </summary>
public sealed class EveryPageTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 120_000 };
    private readonly List<string> faults = [];

    [Fact]
    public async Task Pages_WithTheWorkshopsData_AreForEverybody()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess();
        await portal.StartAsync(http);
        using var cloud = new CloudHands(portal.CloudUrl);
        var page = await browser.SignedInAsync(portal, "Administrator");
        try
        {
            await page.GotoAsync("/");
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Review: iris-model-pipeline" })).ToBeVisibleAsync(Long);
            var execution = (await cloud.ExecutionsAsync())[0].PipelineExecutionId;
            var job = $"iris-model-{execution}";
            await cloud.TuneAsync("tuned", job);
            await cloud.TransformAsync("transformed");
            await VisitAsync(page, "/approvals/{Pipeline}/{Stage}/{Action}/{ExecutionId}", $"/approvals/iris-model-pipeline/DeployApproval/ApproveDeploy/{execution}");
            await cloud.ApproveAsync();
            await page.GotoAsync("/load?endpoint=iris-model-development&concurrency=2&requests=60");
            await page.ConnectedAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();
            await page.WaitForURLAsync("**/load/*");
            var run = new Uri(page.Url).AbsolutePath;
            await cloud.StandsAsync(execution, "DeployPrd", "Succeeded");
            await page.GotoAsync("/account/people");
            var person = await page.Locator("main a[href^='/account/people/']").First.GetAttributeAsync("href");

            await VisitAllAsync(page, new()
            {
                ["/pipelines/{Name}"] = "/pipelines/iris-model-pipeline",
                ["/pipelines/{Name}/compare"] = $"/pipelines/iris-model-pipeline/compare?before={execution}&after={execution}",
                ["/models/{Name}"] = $"/models/{await cloud.AnyModelAsync()}",
                ["/models/groups/{Group}"] = "/models/groups/iris-model",
                ["/models/groups/{Group}/{Version:int}"] = "/models/groups/iris-model/1",
                ["/promote/{Endpoint}"] = "/promote/iris-model-production",
                ["/endpoints/{Name}"] = "/endpoints/iris-model-production",
                ["/endpoints/{Name}/deploy"] = "/endpoints/iris-model-development/deploy",
                ["/training/{Name}"] = $"/training/{job}",
                ["/training/jobs/{Name}"] = $"/training/jobs/{job}",
                ["/training/compare"] = $"/training/compare?jobs={job},{job}",
                ["/tuning/{Name}"] = "/tuning/tuned",
                ["/tuning/jobs/{Name}"] = "/tuning/jobs/tuned",
                ["/transforms/{Name}"] = "/transforms/transformed",
                ["/transforms/jobs/{Name}"] = "/transforms/jobs/transformed",
                ["/load/{Id}"] = run,
                ["/audit/{Sequence:long}"] = "/audit/1",
                ["/account/people/{Id}"] = person!,
                ["/search"] = "/search?q=iris",
                ["/timeline"] = $"/timeline?on={DateTimeOffset.UtcNow:yyyy-MM-dd}",
                ["/playground"] = "/playground?endpoint=iris-model-development",
            });
        }
        catch (Exception)
        {
            await browser.KeepAsync("every-page", portal);
            throw;
        }
        string.Join('\n', faults.Distinct()).Should().BeEmpty("every page is for everybody, at every width, in both colour schemes");
        await portal.StopAsync();
    }

    [Fact]
    public async Task Pages_OnAnEmptyCloud_SayWhatToDo()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        await portal.StartAsync(http);
        var page = await browser.SignedInAsync(portal, "Administrator");
        foreach (var (route, _) in Pages.Where(p => !p.Route.Contains('{') && !p.Route.StartsWith("/account", StringComparison.Ordinal)))
            await VisitAsync(page, route, route);
        // Nothing of that name: said in words, on a page with the way back.
        foreach (var path in (string[])["/pipelines/none", "/training/none", "/models/none", "/models/groups/none", "/models/groups/none/1", "/endpoints/none",
            "/endpoints/none/deploy", "/tuning/none", "/transforms/none", "/load/none", "/audit/9999", "/promote/none", "/approvals/none/none/none/none"])
        {
            await VisitAsync(page, path, path, mayBeMissing: true);
            if (!await page.Locator("main").GetByText("none").Or(page.Locator("main").GetByText("9999")).Or(page.Locator("main").GetByRole(AriaRole.Heading)).First.IsVisibleAsync())
                faults.Add($"{path} says nothing");
        }
        string.Join('\n', faults.Distinct()).Should().BeEmpty("an empty portal is for everybody as well");
        await portal.StopAsync();
    }

    private async Task VisitAllAsync(IPage page, Dictionary<string, string> addresses)
    {
        foreach (var (route, _) in Pages.Where(p => !p.Route.StartsWith("/approvals/{", StringComparison.Ordinal)))
        {
            if (addresses.TryGetValue(route, out var address))
                await VisitAsync(page, route, address);
            else if (route.Contains('{'))
                faults.Add($"{route} is a new page: give it an address in {nameof(EveryPageTests)}");
            else
                await VisitAsync(page, route, route);
        }
        addresses.Keys.Except(Pages.Select(p => p.Route)).Should().BeEmpty("each address belongs to a page");
    }

    /// <summary>Looks at one page as a browser does that reports what goes wrong.</summary>
    private async Task VisitAsync(IPage page, string route, string address, bool mayBeMissing = false)
    {
        var said = new List<string>();
        void Hear(object? _, IConsoleMessage line)
        {
            if (line.Type == "error" && !(mayBeMissing && line.Text.Contains("404", StringComparison.Ordinal)))
                said.Add(line.Text);
        }
        void Fall(object? _, string error) => said.Add(error);
        page.Console += Hear;
        page.PageError += Fall;
        try
        {
            await page.SetViewportSizeAsync(1440, 900);
            var answer = await page.GotoAsync(address);
            var isMissing = answer!.Status == 404;
            if (answer.Status != 200 && !(isMissing && (mayBeMissing || route == "/not-found")))
                faults.Add($"{address} answers {answer.Status}");
            if (Pages.Any(p => p.Route == route && p.HasCircuit))
                await page.ConnectedAsync();
            if (await page.Locator("h1").CountAsync() != 1)
                faults.Add($"{address} has {await page.Locator("h1").CountAsync()} headings of the first level");
            faults.AddRange(await BrowserFixture.ViolationsAsync(page));
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            faults.AddRange(await BrowserFixture.FaintAsync(page));
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await page.SetViewportSizeAsync(390, 844);
            if (!await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth + 1"))
                faults.Add($"{address} scrolls sideways at 390 px");
        }
        finally
        {
            page.Console -= Hear;
            page.PageError -= Fall;
        }
        faults.AddRange(said.Select(s => $"{address}: {s}"));
    }

    private static readonly IReadOnlyList<(string Route, bool HasCircuit)> Pages = [.. typeof(PortalApplication).Assembly.GetTypes()
        .SelectMany(t => t.GetCustomAttributes<RouteAttribute>().Select(r => (r.Template, !t.IsDefined(typeof(ExcludeFromInteractiveRoutingAttribute)))))
        .OrderBy(p => p.Template, StringComparer.Ordinal)];
}
