using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// The main story as its people live it, from the first start on an empty folder to a prediction from production. One portal, one
/// test: each part needs what the one before has brought about.
/// </summary>
public sealed class StoryTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private readonly PageCheck check = new();
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
            await check.LookAsync(approver, "overview");

            await LookAtThePagesAsync(approver);
            await TryDevelopmentAsync(approver);
            await RefuseAViewerAsync(portal);
            await ApproveAsync(approver, portal);
            await PredictAsync(approver);
        }
        catch (Exception)
        {
            await browser.KeepAsync("story", portal);
            throw;
        }
        check.Conclude();
        await portal.StopAsync();
        portal.Children().Should().BeEmpty("nothing may outlive the portal");
    }

    private async Task LookAtThePagesAsync(IPage page)
    {
        await page.GotoAsync("/pipelines/iris-model-pipeline");
        await Expect(page.GetByText("TrainModel").First).ToBeVisibleAsync();
        await Expect(page.GetByText("DeployModelDev").First).ToBeVisibleAsync();
        await check.LookAsync(page, "pipeline");

        await page.GotoAsync("/training");
        await page.FollowAsync(page.Locator("main").GetByRole(AriaRole.Link).Filter(new() { HasText = "iris-model-" }).First);
        await Expect(page.GetByText("logistic:accuracy").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(page.GetByText("saved logistic, random_forest").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await check.LookAsync(page, "training-job");

        await page.GotoAsync("/endpoints/iris-model-development");
        await Expect(page.GetByText("Champion").First).ToBeVisibleAsync();
        await check.LookAsync(page, "endpoint");
    }

    private static async Task TryDevelopmentAsync(IPage page)
    {
        await page.GotoAsync("/playground?endpoint=iris-model-development");
        await page.SendAsync("4.6,abc,1.5,0.2");
        await Expect(page.Answer()).ToContainTextAsync("is no number");
        await page.SendAsync("4.6,3.1,1.5,0.2");
        await Expect(page.Answer()).ToContainTextAsync("setosa");
    }

    private async Task RefuseAViewerAsync(PortalProcess portal)
    {
        var viewer = await browser.SignedInAsync(portal, "Viewer");
        await viewer.GotoAsync("/approvals");
        await viewer.FollowAsync(viewer.GetByRole(AriaRole.Link, new() { Name = "Review" }).First);
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
        await page.FollowAsync(page.GetByRole(AriaRole.Link, new() { Name = "Review" }).First);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign off iris-model-pipeline" })).ToBeVisibleAsync();
        await Expect(page.GetByText("logistic:accuracy").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await check.LookAsync(page, "sign-off");
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
        await check.LookAsync(page, "endpoint-production");

        await page.GotoAsync("/playground?endpoint=iris-model-production");
        var forest = page.GetByRole(AriaRole.Button, new() { Name = "Random forest" });
        await forest.ClickUntilAsync(async () => await forest.GetAttributeAsync("aria-pressed") == "true", "the algorithm is chosen");
        await page.SendAsync("4.6,3.1,1.5,0.2");
        await Expect(page.Answer()).ToContainTextAsync("setosa");
        await Expect(page.Answer()).ToContainTextAsync("random_forest");
        await Expect(page.Answer()).ToContainTextAsync("Champion");
        await Expect(page.Answer()).ToContainTextAsync(" ms");
        await check.LookAsync(page, "playground");
    }
}
