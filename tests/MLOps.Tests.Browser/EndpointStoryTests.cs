using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// What a data scientist does with a model that serves, on the workshop's own development endpoint: approve its version, capture and
/// look at its traffic, see it drift, deploy over it, see what was live, put load on it.
/// </summary>
public sealed class EndpointStoryTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Endpoint = "iris-model-development";
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 180_000 };
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 60_000 };

    private readonly List<string> faults = [];

    [Fact]
    public async Task Models_And_Endpoints_AreLookedAtAndChanged()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess();
        try
        {
            await portal.StartAsync(http);
            var page = await browser.SignedInAsync(portal, "Administrator");
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Review" }).First).ToBeVisibleAsync(Long);

            await ApproveVersionAsync(page);
            await CaptureAsync(page);
            await AskAsync(http, portal);
            await LookAtTrafficAsync(page);
            await DeployAsync(page);
            await LookBackAsync(page);
            await KeepAsync(page);
            await TuneAndTransformAsync(page);
            await LoadAsync(page);
            await LearnAsync(page);
            await SeeInTheDarkAsync(portal);
        }
        catch (Exception)
        {
            await File.WriteAllTextAsync(Path.Combine(BrowserFixture.Shots, "endpoints-portal.log"), portal.Output, CancellationToken.None);
            foreach (var (page, i) in browser.Browser.Contexts.SelectMany(c => c.Pages).Select((p, i) => (p, i)))
                await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Shots, $"endpoints-failed-{i}.png"), FullPage = true });
            throw;
        }
        string.Join('\n', faults.Distinct()).Should().BeEmpty("every page that was looked at is for everybody, at every width");
        await portal.StopAsync();
    }

    private async Task ApproveVersionAsync(IPage page)
    {
        await page.GotoAsync("/models");
        await Expect(page.Locator("main .chip").GetByText("Waits for approval").First).ToBeVisibleAsync(Patient);
        await LookAsync(page, "models");
        await page.GotoAsync("/models/groups/iris-model");
        await Expect(page.GetByText("logistic:accuracy").First).ToBeVisibleAsync();
        await LookAsync(page, "model-group");

        await page.GotoAsync("/models/groups/iris-model/1");
        await Expect(page.GetByText("sepal_length").First).ToBeVisibleAsync(Patient);
        await Expect(page.GetByLabel("Lineage")).ToContainTextAsync(Endpoint);
        await Expect(page.GetByLabel("Lineage")).ToContainTextAsync("data/iris", new() { Timeout = 20_000 });
        await LookAsync(page, "model-version");
        await ClickAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }), page.GetByLabel("Why (everybody sees it)"));
        await page.GetByLabel("Why (everybody sees it)").FillAsync("Looks right on the validation set");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(page.GetByText("Looks right on the validation set")).ToBeVisibleAsync(Patient);
    }

    private async Task CaptureAsync(IPage page)
    {
        await page.GotoAsync($"/endpoints/{Endpoint}?tab=capture");
        await Expect(page.GetByText("Nothing is captured")).ToBeVisibleAsync();
        await LookAsync(page, "endpoint-capture-off");
        await ClickAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Turn capture on" }), page.GetByText("Capture of 100 % is being turned on."));
        await Expect(page.GetByText("100 % of the requests and their answers are kept")).ToBeVisibleAsync(Patient);
        await Expect(page.Locator(".page-head").GetByText("In service")).ToBeVisibleAsync(Patient);
    }

    /// <summary>Flowers that are larger than any of the training's.</summary>
    private static async Task AskAsync(HttpClient http, PortalProcess portal)
    {
        for (var i = 0; i < 40; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{portal.CloudUrl}/endpoints/{Endpoint}/invocations")
            {
                Content = new StringContent(string.Create(CultureInfo.InvariantCulture, $"{9 + i * 0.05:0.00},3.0,{7 + i * 0.05:0.00},2.4"), Encoding.ASCII, "text/csv"),
            };
            request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=test/20250101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0");
            (await http.SendAsync(request)).IsSuccessStatusCode.Should().BeTrue();
        }
    }

    private async Task LookAtTrafficAsync(IPage page)
    {
        await Eventually.TrueAsync(async () =>
        {
            await page.GotoAsync($"/endpoints/{Endpoint}?tab=capture");
            await Expect(page.GetByLabel("Captured requests", new() { Exact = true })).ToBeVisibleAsync();
            return await page.GetByText("40 requests").IsVisibleAsync();
        }, TimeSpan.FromSeconds(40), "the requests have reached S3");
        await Expect(page.GetByLabel("Captured requests", new() { Exact = true }).GetByText("virginica").First).ToBeVisibleAsync();
        await LookAsync(page, "endpoint-capture");

        await page.GotoAsync($"/endpoints/{Endpoint}?tab=drift");
        await Expect(page.GetByText("has drifted from the training data in")).ToBeVisibleAsync(Patient);
        await LookAsync(page, "endpoint-drift");

        await page.GotoAsync($"/endpoints/{Endpoint}");
        await Expect(page.GetByText("Overhead latency, ms")).ToBeVisibleAsync(Patient);
        await LookAsync(page, "endpoint-overview");
        await page.GotoAsync($"/endpoints/{Endpoint}?tab=scaling");
        await Expect(page.GetByText("Fixed at 1 instance")).ToBeVisibleAsync();
        await LookAsync(page, "endpoint-scaling");
        await page.GotoAsync($"/endpoints/{Endpoint}?tab=log");
        await Expect(page.Locator(".log-bar")).ToBeVisibleAsync();
        await LookAsync(page, "endpoint-log");
    }

    private async Task DeployAsync(IPage page)
    {
        await page.GotoAsync($"/endpoints/{Endpoint}/deploy");
        var choice = page.Locator("label.lab").Filter(new() { HasText = "An approved version" }).Locator("select");
        await Expect(choice).ToBeVisibleAsync(Patient);
        await LookAsync(page, "endpoint-deploy");
        await page.SetViewportSizeAsync(1440, 900);
        await page.ConnectedAsync();
        await choice.SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.GetByLabel("Canary, % (1–50)").FillAsync("50");
        await page.GetByLabel("Canary, % (1–50)").PressAsync("Tab");
        var wait = page.GetByLabel("Wait between steps, s");
        await wait.FillAsync("5");
        await wait.PressAsync("Tab");
        await Expect(page.GetByText("After 5.0 s the rest follows.")).ToBeVisibleAsync(Patient);
        await page.GetByLabel("Keep the old fleet, s").FillAsync("2");
        await page.GetByLabel("Keep the old fleet, s").PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Deploy" }).ClickAsync();
        await Expect(page.GetByText("of the traffic is on the new fleet").First).ToBeVisibleAsync(Patient);
        await BrowserFixture.ShootAsync(page, "endpoint-deploying");
        await Expect(page.Locator(".page-head").GetByText("In service")).ToBeVisibleAsync(Patient);
    }

    private async Task LookBackAsync(IPage page)
    {
        await page.GotoAsync($"/endpoints/{Endpoint}?tab=deployments");
        await Expect(page.GetByLabel("What happened").GetByText("Deployed").First).ToBeVisibleAsync(Patient);
        await Expect(page.GetByLabel("What served").GetByText("still")).ToBeVisibleAsync();
        await LookAsync(page, "endpoint-deployments");
        await page.GotoAsync("/timeline");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = Endpoint }).First).ToBeVisibleAsync();
        await LookAsync(page, "timeline");
        await page.GotoAsync("/models?tab=models");
        await Expect(page.GetByLabel("Models", new() { Exact = true }).GetByText(Endpoint).First).ToBeVisibleAsync();
        await LookAsync(page, "models-deployable");
        await page.FollowAsync(page.GetByLabel("Models", new() { Exact = true }).Locator("tbody a").First);
        await Expect(page.GetByLabel("Lineage")).ToBeVisibleAsync();
        await LookAsync(page, "model");
    }

    /// <summary>Delete asks for the name; without it nothing happens.</summary>
    private static async Task KeepAsync(IPage page)
    {
        await page.GotoAsync($"/endpoints/{Endpoint}");
        var typed = page.GetByLabel($"Type {Endpoint} to confirm");
        await ClickAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).First, typed);
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
    }

    /// <summary>A search of two trials and a transform of three flowers, both from the portal's forms.</summary>
    private async Task TuneAndTransformAsync(IPage page)
    {
        await page.GotoAsync("/workshop");
        await page.ConnectedAsync();
        await page.FollowAsync(page.Locator("#tune a.primary"));
        await page.ConnectedAsync();
        await LookAsync(page, "tuning-new");
        await page.GotoAsync("/workshop");
        await page.ConnectedAsync();
        await page.FollowAsync(page.Locator("#transform a.primary"));
        await page.ConnectedAsync();
        await LookAsync(page, "transform-new");
        foreach (var (path, name) in new[] { ("/tuning", "tuning"), ("/transforms", "transforms"), ("/training", "training") })
        {
            await page.GotoAsync(path);
            await page.ConnectedAsync();
            await LookAsync(page, name);
        }
    }

    private async Task LoadAsync(IPage page)
    {
        await page.GotoAsync($"/load?endpoint={Endpoint}&concurrency=2&requests=60");
        await page.ConnectedAsync();
        await LookAsync(page, "load");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();
        await page.WaitForURLAsync("**/load/*");
        await Expect(page.Locator(".page-head").GetByText("Done")).ToBeVisibleAsync(Patient);
        await LookAsync(page, "load-run");
    }

    /// <summary>The workshop and the bell show what has been done.</summary>
    private async Task LearnAsync(IPage page)
    {
        await page.GotoAsync("/workshop");
        await page.ConnectedAsync();
        await Expect(page.Locator("#monitor .said")).ToContainTextAsync("of its requests");
        await Expect(page.Locator("#invoke .said")).ToContainTextAsync(Endpoint, new() { Timeout = 60_000 });
        await LookAsync(page, "workshop");
        await page.GotoAsync("/notifications");
        await page.ConnectedAsync();
        await Expect(page.Locator("main li").Filter(new() { HasText = "iris-model-pipeline waits for approval" })).ToBeVisibleAsync();
        await LookAsync(page, "notifications");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark all as read" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Notifications", Exact = true })).ToBeVisibleAsync();
    }

    private async Task SeeInTheDarkAsync(PortalProcess portal)
    {
        var page = await browser.SignedInAsync(portal, "Data scientist", ColorScheme.Dark);
        foreach (var (path, name) in new[]
        {
            ("/models", "models"), ("/models/groups/iris-model/1", "model-version"), ($"/endpoints/{Endpoint}", "endpoint-overview"),
            ($"/endpoints/{Endpoint}?tab=drift", "endpoint-drift"), ($"/endpoints/{Endpoint}?tab=scaling", "endpoint-scaling"), ($"/endpoints/{Endpoint}/deploy", "endpoint-deploy"), ("/timeline", "timeline"),
            ("/workshop", "workshop"), ("/notifications", "notifications"), ("/tuning", "tuning"), ("/load", "load"),
        })
        {
            await page.GotoAsync(path);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await LookAsync(page, $"{name}-dark");
        }
    }

    /// <summary>Clicks once the circuit hears it, and waits for what it brings.</summary>
    private static async Task ClickAsync(IPage page, ILocator button, ILocator shown)
    {
        await page.ConnectedAsync();
        await Expect(button).ToBeEnabledAsync();
        await button.ClickAsync();
        await Expect(shown).ToBeVisibleAsync(Patient);
    }

    /// <summary>A picture at both widths, and no violation that keeps people out.</summary>
    private async Task LookAsync(IPage page, string name)
    {
        faults.AddRange(await BrowserFixture.ViolationsAsync(page));
        await BrowserFixture.ShootAsync(page, name, 390);
        if (!await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth + 1"))
            faults.Add($"{page.Url} scrolls sideways at 390 px");
        await BrowserFixture.ShootAsync(page, name);
    }
}
