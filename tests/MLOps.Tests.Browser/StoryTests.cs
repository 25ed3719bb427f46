using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// The main story as its people live it, from the first start on an empty folder to a prediction from production. One portal, one
/// test: each part needs what the one before has brought about.
/// </summary>
public sealed class StoryTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private readonly List<string> faults = [];
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 180_000 };

    [Fact]
    public async Task FirstStart_ToAPredictionFromProduction()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess();
        try
        {
            await portal.StartAsync(http);
            var approver = await browser.SignedInAsync(portal, "Approver");
            await BrowserFixture.ShootAsync(approver, "overview-setting-up");

            // The pipeline runs by itself until somebody is needed; the page tells it without a reload.
            await Expect(approver.GetByRole(AriaRole.Link, new() { Name = "Review" }).First).ToBeVisibleAsync(Long);
            await LookAsync(approver, "overview");

            await LookAtThePagesAsync(approver);
            await TryDevelopmentAsync(approver);
            await RefuseAViewerAsync(portal);
            await ApproveAsync(approver, portal);
            await PredictAsync(approver);
            await SeeInTheDarkAsync(portal);
        }
        catch (Exception)
        {
            await File.WriteAllTextAsync(Path.Combine(BrowserFixture.Shots, "story-portal.log"), portal.Output, CancellationToken.None);
            foreach (var (page, i) in browser.Browser.Contexts.SelectMany(c => c.Pages).Select((p, i) => (p, i)))
                await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Shots, $"story-failed-{i}.png"), FullPage = true });
            throw;
        }
        string.Join('\n', faults.Distinct()).Should().BeEmpty("every page that was looked at is for everybody, at every width");
        await portal.StopAsync();
        portal.Children().Should().BeEmpty("nothing may outlive the portal");
    }

    private async Task LookAtThePagesAsync(IPage page)
    {
        await page.GotoAsync("/pipelines/iris-model-pipeline");
        await Expect(page.GetByText("TrainModel").First).ToBeVisibleAsync();
        await Expect(page.GetByText("DeployModelDev").First).ToBeVisibleAsync();
        await LookAsync(page, "pipeline");

        await page.GotoAsync("/training");
        await FollowAsync(page, page.Locator("main").GetByRole(AriaRole.Link).Filter(new() { HasText = "iris-model-" }).First);
        await Expect(page.GetByText("logistic:accuracy").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(page.GetByText("saved logistic, random_forest").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await LookAsync(page, "training-job");

        await page.GotoAsync("/endpoints/iris-model-development");
        await Expect(page.GetByText("Champion").First).ToBeVisibleAsync();
        await LookAsync(page, "endpoint");
    }

    private static async Task TryDevelopmentAsync(IPage page)
    {
        await page.GotoAsync("/playground?endpoint=iris-model-development");
        await SendAsync(page, "4.6,abc,1.5,0.2");
        await Expect(Answer(page)).ToContainTextAsync("is no number");
        await SendAsync(page, "4.6,3.1,1.5,0.2");
        await Expect(Answer(page)).ToContainTextAsync("setosa");
    }

    private async Task RefuseAViewerAsync(PortalProcess portal)
    {
        var viewer = await browser.SignedInAsync(portal, "Viewer");
        await viewer.GotoAsync("/approvals");
        await FollowAsync(viewer, viewer.GetByRole(AriaRole.Link, new() { Name = "Review" }).First);
        await Expect(viewer.GetByText("An approver or an administrator decides")).ToBeVisibleAsync();
        var refused = await viewer.Context.APIRequest.PostAsync(viewer.Url, new() { Form = viewer.Context.APIRequest.CreateFormData().Set("decision", "approve") });
        refused.Status.Should().BeOneOf(400, 403);
        await viewer.Context.CloseAsync();
    }

    private async Task ApproveAsync(IPage page, PortalProcess portal)
    {
        // A second person has the same page open, and JavaScript off.
        var other = await browser.SignedInAsync(portal, "Administrator", javaScript: false);
        await page.GotoAsync("/approvals");
        await FollowAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Review" }).First);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign off iris-model-pipeline" })).ToBeVisibleAsync();
        await Expect(page.GetByText("logistic:accuracy").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await LookAsync(page, "sign-off");
        await other.GotoAsync(page.Url);

        await page.GetByLabel("Comment").FillAsync("Both algorithms are right on every flower of the check");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve for production" }).ClickAsync();
        await Expect(page.GetByText("Approved by").First).ToBeVisibleAsync();
        await BrowserFixture.ShootAsync(page, "sign-off-approved");

        await other.GetByLabel("Comment").FillAsync("not yet");
        await other.GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();
        await Expect(other.GetByText("Approved by").First).ToBeVisibleAsync();
        await other.Context.CloseAsync();
    }

    private async Task PredictAsync(IPage page)
    {
        await page.GotoAsync("/endpoints");
        await Expect(page.GetByText("iris-model-production").First).ToBeVisibleAsync(Long);
        await page.GotoAsync("/endpoints/iris-model-production");
        await Expect(page.Locator("main").GetByText("In service").First).ToBeVisibleAsync(Long);
        await LookAsync(page, "endpoint-production");

        await page.GotoAsync("/playground?endpoint=iris-model-production");
        // Until the circuit is there a click does nothing: press until it shows.
        var forest = page.GetByRole(AriaRole.Button, new() { Name = "Random forest" });
        await Eventually.TrueAsync(async () =>
        {
            await forest.ClickAsync();
            return await forest.GetAttributeAsync("aria-pressed") == "true";
        }, TimeSpan.FromSeconds(30), "the algorithm is chosen");
        await SendAsync(page, "4.6,3.1,1.5,0.2");
        await Expect(Answer(page)).ToContainTextAsync("setosa");
        await Expect(Answer(page)).ToContainTextAsync("random_forest");
        await Expect(Answer(page)).ToContainTextAsync("Champion");
        await Expect(Answer(page)).ToContainTextAsync(" ms");
        await LookAsync(page, "playground");
    }

    private async Task SeeInTheDarkAsync(PortalProcess portal)
    {
        var page = await browser.SignedInAsync(portal, "Data scientist", ColorScheme.Dark);
        foreach (var (path, name) in new[] { ("/", "overview"), ("/pipelines", "pipelines"), ("/pipelines/iris-model-pipeline", "pipeline"), ("/endpoints", "endpoints"), ("/models", "models"), ("/playground", "playground") })
        {
            await page.GotoAsync(path);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await LookAsync(page, $"{name}-dark");
        }
    }

    private static async Task SendAsync(IPage page, string body)
    {
        // Until the circuit is there a click does nothing: an answer or a refusal shows that it is.
        var send = page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true });
        await Expect(page.GetByText("Live", new() { Exact = true }).First).ToBeVisibleAsync();
        await Expect(send).ToBeEnabledAsync();
        await Eventually.TrueAsync(async () =>
        {
            await page.GetByLabel("Body", new() { Exact = true }).FillAsync(body);
            await send.ClickAsync();
            return !await Answer(page).GetByText("Nothing sent yet").IsVisibleAsync();
        }, TimeSpan.FromSeconds(30), "the request is sent");
    }

    /// <summary>Opens a link's target; a click could meet the moment in which the circuit takes over the prerendered page.</summary>
    private static async Task FollowAsync(IPage page, ILocator link)
    {
        await Expect(link).ToBeVisibleAsync();
        await page.GotoAsync((await link.GetAttributeAsync("href"))!);
    }

    private static ILocator Answer(IPage page) => page.GetByLabel("Answer", new() { Exact = true });

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
