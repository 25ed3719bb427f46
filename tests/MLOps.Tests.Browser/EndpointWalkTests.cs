using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// What a data scientist does with a model that serves, on the workshop's own development endpoint: approve its version, capture and
/// look at its traffic, see it drift, deploy over it, deploy a bad model and see it taken back, see what was live, put load on it.
/// </summary>
public sealed class EndpointWalkTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private const string Endpoint = "iris-model-development";
    private const string Why = "Looks right on the validation set";
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 180_000 };
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 60_000 };

    private readonly PageCheck check = new();

    [Fact]
    public async Task Models_And_Endpoints_AreLookedAtAndChanged()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess();
        try
        {
            await portal.StartAsync(http);
            using var hands = new MishapHands(portal.CloudUrl);
            var page = await browser.SignedInAsync(portal, "Administrator");
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Review" }).First).ToBeVisibleAsync(Long);

            await ApproveVersionAsync(page);
            await CaptureAsync(page);
            await AskAsync(http, portal, 40);
            var looking = LookAtTrafficAsync(page);
            var (bad, alarm) = (await hands.MispackagedModelAsync(Endpoint), await hands.AlarmOnErrorsAsync(Endpoint));
            await looking;
            await DeployAsync(page);

            await DeployBadAsync(page, bad, alarm);
            var falling = FailUntilTakenBackAsync(http, portal, hands);
            await LookAtModelsAsync(page);
            await LookAtFormsAsync(page);
            await falling;
            await SeeTakenBackAsync(page, http, portal, alarm);

            await LookBackAsync(page);
            await KeepAsync(page);
            await LoadAsync(page);
            await LearnAsync(page);
        }
        catch (Exception)
        {
            await browser.KeepAsync("endpoints", portal);
            throw;
        }
        check.Conclude();
        await portal.StopAsync();
    }

    private async Task ApproveVersionAsync(IPage page)
    {
        await page.GotoAsync("/models");
        await Expect(page.Locator("main .chip").GetByText("Waits for approval").First).ToBeVisibleAsync(Patient);
        await check.LookAsync(page, "models");
        await page.GotoAsync("/models/groups/iris-model");
        await Expect(page.GetByText("logistic:accuracy").First).ToBeVisibleAsync();
        await check.LookAsync(page, "model-group");

        await page.GotoAsync("/models/groups/iris-model/1");
        await Expect(page.GetByText("sepal_length").First).ToBeVisibleAsync(Patient);
        await Expect(page.GetByLabel("Lineage")).ToContainTextAsync(Endpoint);
        await Expect(page.GetByLabel("Lineage")).ToContainTextAsync("data/iris", new() { Timeout = 20_000 });
        await check.LookAsync(page, "model-version");
        await ClickAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }), page.GetByLabel("Why (everybody sees it)"));
        await page.GetByLabel("Why (everybody sees it)").FillAsync(Why);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        // The page itself, not the field that holds the same words: only then is the decision taken.
        await Expect(page.Locator("main .notice").GetByText(Why)).ToBeVisibleAsync(Patient);
        await Expect(page.Locator(".page-head").GetByText("Approved")).ToBeVisibleAsync();
    }

    private async Task CaptureAsync(IPage page)
    {
        await page.GotoAsync($"/endpoints/{Endpoint}?tab=capture");
        await Expect(page.GetByText("Nothing is captured")).ToBeVisibleAsync();
        await check.LookAsync(page, "endpoint-capture-off");
        await ClickAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Turn capture on" }), page.GetByText("Capture of 100 % is being turned on."));
        await Expect(page.GetByText("100 % of the requests and their answers are kept")).ToBeVisibleAsync(Patient);
        await ServesAsync(page);
    }

    /// <summary>Flowers that are larger than any of the training's; answers how many requests failed.</summary>
    private static async Task<int> AskAsync(HttpClient http, PortalProcess portal, int count)
    {
        var failed = 0;
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{portal.CloudUrl}/endpoints/{Endpoint}/invocations")
            {
                Content = new StringContent(string.Create(CultureInfo.InvariantCulture, $"{9 + i * 0.05:0.00},3.0,{7 + i * 0.05:0.00},2.4"), Encoding.ASCII, "text/csv"),
            };
            request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=test/20250101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0");
            using var answer = await http.SendAsync(request);
            failed += answer.IsSuccessStatusCode ? 0 : 1;
        }
        return failed;
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
        await check.LookAsync(page, "endpoint-capture");

        await page.GotoAsync($"/endpoints/{Endpoint}?tab=drift");
        await Expect(page.GetByText("has drifted from the training data in")).ToBeVisibleAsync(Patient);
        await check.LookAsync(page, "endpoint-drift");

        await page.GotoAsync($"/endpoints/{Endpoint}?tab=scaling");
        await Expect(page.GetByText("Fixed at 1 instance")).ToBeVisibleAsync();
        await check.LookAsync(page, "endpoint-scaling");
        await page.ConnectedAsync();
        await page.GetByLabel("Most instances").FillAsync("3");
        await ClickAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Save scaling" }), page.GetByText("1 to 3 instances; 1 run now."));
        await ClickAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Stop scaling" }), page.GetByText("Stop scaling Champion?"));
        await ClickAsync(page, page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Stop scaling" }), page.GetByText("Fixed at 1 instance"));
        await page.GotoAsync($"/endpoints/{Endpoint}?tab=log");
        await Expect(page.Locator(".log-bar")).ToBeVisibleAsync();
        await check.LookAsync(page, "endpoint-log");
    }

    private async Task DeployAsync(IPage page)
    {
        await page.GotoAsync($"/endpoints/{Endpoint}/deploy");
        var choice = DeployForm.Choice(page, "An approved version");
        await Expect(choice.GetByRole(AriaRole.Option, new() { Name = "iris-model v1" })).ToBeAttachedAsync();
        await check.LookAsync(page, "endpoint-deploy");
        await page.ConnectedAsync();
        await choice.SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await DeployForm.ShiftAsync(page, percent: 50, wait: 4);
        await Expect(page.GetByText("After 4 s the rest follows.")).ToBeVisibleAsync(Patient);
        await DeployForm.OrderAsync(page);
        await BrowserFixture.ShootAsync(page, "endpoint-deploying");
        await ServesAsync(page);
    }

    /// <summary>A model that fails its requests, watched by an alarm, for as long as it takes.</summary>
    private static async Task DeployBadAsync(IPage page, string model, string alarm)
    {
        await page.GotoAsync($"/endpoints/{Endpoint}/deploy?model={model}");
        await Expect(DeployForm.Choice(page, "A model")).ToHaveValueAsync(model);
        await page.ConnectedAsync();
        await page.GetByLabel(alarm).CheckAsync();
        await Expect(page.GetByText($"If {alarm} rings meanwhile, all traffic goes back to what serves now.")).ToBeVisibleAsync(Patient);
        await DeployForm.ShiftAsync(page, percent: 50, wait: 600);
        await DeployForm.OrderAsync(page);
    }

    /// <summary>People go on asking: half of their requests fail until the cloud takes the bad model back.</summary>
    private static async Task FailUntilTakenBackAsync(HttpClient http, PortalProcess portal, MishapHands hands)
    {
        var failed = 0;
        await Eventually.TrueAsync(async () =>
        {
            failed += await AskAsync(http, portal, 4);
            return failed > 0 && await hands.StatusAsync(Endpoint) == "InService";
        }, TimeSpan.FromSeconds(90), "the alarm on errors takes the bad model back");
    }

    /// <summary>Times are told in the zone of who reads them: on the axis of a chart, and where a moment of it is pointed at.</summary>
    private async Task SeeFromTokyoAsync(PortalProcess portal)
    {
        var page = await browser.SignedInAsync(portal, "Viewer", zone: "Asia/Tokyo");
        await page.GotoAsync($"/endpoints/{Endpoint}");
        var chart = page.Locator("figure.chart").First;
        var first = chart.Locator(".times time").First;
        await Expect(first).ToHaveTextAsync(new Regex(@"^\d\d:\d\d:\d\d$"), new() { Timeout = 60_000 });
        await Expect(first).ToHaveAttributeAsync("title", new Regex(@"GMT\+9\n.* UTC$"));
        var band = chart.Locator("rect.band").First;
        await band.DispatchEventAsync("pointerover");
        await Expect(band.Locator("title")).ToContainTextAsync("GMT+9");
        await page.Context.CloseAsync();
    }

    private async Task SeeTakenBackAsync(IPage page, HttpClient http, PortalProcess portal, string alarm)
    {
        (await AskAsync(http, portal, 20)).Should().Be(0, "all traffic is on the good model again");
        await page.GotoAsync($"/endpoints/{Endpoint}");
        await Expect(page.Locator("main .notice.failed")).ToContainTextAsync(alarm, new() { Timeout = 60_000 });
        await ServesAsync(page);
        await Expect(page.GetByText("Overhead latency, ms")).ToBeVisibleAsync(Patient);
        await Expect(page.GetByLabel("Marks on the time axis").GetByText("Rolled back").First).ToBeVisibleAsync(Patient);
        await check.LookAsync(page, "endpoint-overview");
        await SeeFromTokyoAsync(portal);
    }

    private async Task LookAtModelsAsync(IPage page)
    {
        await page.GotoAsync("/models?tab=models");
        await Expect(page.GetByLabel("Models", new() { Exact = true }).GetByText(Endpoint).First).ToBeVisibleAsync();
        await check.LookAsync(page, "models-deployable");
        await page.FollowAsync(page.GetByLabel("Models", new() { Exact = true }).Locator("tbody a").First);
        await Expect(page.GetByLabel("Lineage")).ToBeVisibleAsync();
        await check.LookAsync(page, "model");
    }

    /// <summary>The forms for a search and a transform, filled in as the workshop leads to them.</summary>
    private async Task LookAtFormsAsync(IPage page)
    {
        foreach (var (step, name) in new[] { ("#tune", "tuning-new"), ("#transform", "transform-new") })
        {
            await page.GotoAsync("/workshop");
            await page.ConnectedAsync();
            await page.FollowAsync(page.Locator($"{step} a.primary"));
            await page.ConnectedAsync();
            await check.LookAsync(page, name);
        }
    }

    private async Task LookBackAsync(IPage page)
    {
        await page.GotoAsync($"/endpoints/{Endpoint}?tab=deployments");
        var happened = page.GetByLabel("What happened");
        await Expect(happened.GetByText("Rolled back").First).ToBeVisibleAsync(Patient);
        await Expect(happened.GetByText("Deployed", new() { Exact = true }).First).ToBeVisibleAsync();
        await Expect(page.GetByLabel("What served").GetByText("still")).ToBeVisibleAsync();
        await check.LookAsync(page, "endpoint-deployments");
        await page.GotoAsync("/timeline");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = Endpoint }).First).ToBeVisibleAsync();
        await check.LookAsync(page, "timeline");
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

    private async Task LoadAsync(IPage page)
    {
        await page.GotoAsync($"/load?endpoint={Endpoint}&concurrency=2&requests=60");
        await page.ConnectedAsync();
        await check.LookAsync(page, "load");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the run" }).ClickAsync();
        await page.WaitForURLAsync("**/load/*");
        await Expect(page.Locator(".page-head").GetByText("Done")).ToBeVisibleAsync(Patient);
        await check.LookAsync(page, "load-run");
    }

    /// <summary>The workshop and the bell show what has been done.</summary>
    private async Task LearnAsync(IPage page)
    {
        await page.GotoAsync("/workshop");
        await page.ConnectedAsync();
        await Expect(page.Locator("#monitor .said")).ToContainTextAsync("of its requests");
        await Expect(page.Locator("#invoke .said")).ToContainTextAsync(Endpoint, new() { Timeout = 60_000 });
        await check.LookAsync(page, "workshop");
        await page.GotoAsync("/notifications");
        await page.ConnectedAsync();
        await Expect(page.Locator("main li").Filter(new() { HasText = "iris-model-pipeline waits for approval" })).ToBeVisibleAsync();
        await check.LookAsync(page, "notifications");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark all as read" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Notifications", Exact = true })).ToBeVisibleAsync();
    }

    private static Task ServesAsync(IPage page) => Expect(page.Locator(".page-head").GetByText("In service")).ToBeVisibleAsync(Patient);

    /// <summary>Clicks once the circuit hears it, and waits for what it brings.</summary>
    private static async Task ClickAsync(IPage page, ILocator button, ILocator shown)
    {
        await page.ConnectedAsync();
        await Expect(button).ToBeEnabledAsync();
        await button.ClickAsync();
        await Expect(shown).ToBeVisibleAsync(Patient);
    }
}
