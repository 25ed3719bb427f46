using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>
/// A portal that looks at clouds elsewhere, as it does at AWS: two connections, of which each page names the one it shows; and a cloud that
/// goes away and comes back, while every page keeps what was last known and says how old that is.
/// </summary>
public sealed partial class CloudsTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private static readonly LocatorAssertionsToBeVisibleOptions Long = new() { Timeout = 60_000 };
    private readonly PageCheck check = new();

    [Fact]
    public async Task Clouds_TwoOfWhichOneGoes_AreKeptApartAndKeptOnTheScreen()
    {
        using var http = new HttpClient();
        await using var cloud = new PortalProcess();
        await cloud.StartAsync(http);
        await using var portal = new PortalProcess("--Cloud:Mode=Aws", "--Cloud:Inventory:Interval=00:00:01",
            "--Cloud:Connections:0:Name=dev", "--Cloud:Connections:0:Region=us-east-1", "--Cloud:Connections:0:Account=123456789012", $"--Cloud:Connections:0:EndpointUrl={cloud.CloudUrl}",
            "--Cloud:Connections:1:Name=prod", "--Cloud:Connections:1:Region=eu-central-1", "--Cloud:Connections:1:Account=123456789012", $"--Cloud:Connections:1:EndpointUrl={cloud.CloudUrl}", "--Cloud:Connections:1:Label=Production")
        {
            Variables = { ["AWS_ACCESS_KEY_ID"] = "test", ["AWS_SECRET_ACCESS_KEY"] = "test" },
        };
        await portal.StartAsync(http);
        var page = await InvitedAsync(portal);
        try
        {
            await ChooseAsync(page);
            await cloud.KillAsync();
            await KeepAsync(page);
            await cloud.StartAsync(http);
            await Expect(page.GetByText("Last answer")).ToBeHiddenAsync(new() { Timeout = 60_000 });
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "mlops-image-pipeline" })).ToBeVisibleAsync();
        }
        catch (Exception)
        {
            await browser.KeepAsync("clouds", portal);
            throw;
        }
        check.Conclude();
        await portal.StopAsync();
        await cloud.StopAsync();
    }

    /// <summary>The first administrator, by the invitation that the console prints.</summary>
    private async Task<IPage> InvitedAsync(PortalProcess portal)
    {
        await Eventually.TrueAsync(() => Task.FromResult(Invitation().IsMatch(portal.Output)), TimeSpan.FromSeconds(30), "the first administrator is invited");
        var context = await browser.Browser.NewContextAsync(new() { BaseURL = portal.Url, ViewportSize = new() { Width = 1440, Height = 900 } });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(Invitation().Match(portal.Output).Value).PathAndQuery);
        await page.GetByLabel("New password").FillAsync("a long enough password");
        await page.GetByLabel("Once more").FillAsync("a long enough password");
        await page.Locator("form button[type=submit]").First.ClickAsync();
        await page.WaitForURLAsync(portal.Url + "/");
        return page;
    }

    private async Task ChooseAsync(IPage page)
    {
        await page.GotoAsync("/pipelines");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "mlops-image-pipeline" })).ToBeVisibleAsync(Long);
        await page.ConnectedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cloud: dev. Choose another" }).ClickAsync();
        await page.Locator("#clouds").GetByText("prod", new() { Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/?cloud=prod");
        await Expect(page.Locator(".where.production")).ToBeVisibleAsync();
        await page.GotoAsync("/pipelines?cloud=prod");
        await page.ConnectedAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "mlops-image-pipeline" })).ToBeHiddenAsync();
        await check.HearAsync(page);
        // The palette knows both and says where what it found is; who types fast and does not wait to see it gets what was typed.
        await page.Keyboard.PressAsync("Control+k");
        var first = page.GetByRole(AriaRole.Dialog, new() { Name = "Search and commands" }).GetByRole(AriaRole.Option).First;
        await Expect(first).ToContainTextAsync("iris");
        await Expect(first).ToContainTextAsync("dev");
        await page.Keyboard.TypeAsync("mlops-image");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/pipelines/mlops-image-pipeline");
        await Expect(page.Locator(".where.production")).ToBeHiddenAsync();
    }

    private async Task KeepAsync(IPage page)
    {
        foreach (var (path, known) in new[] { ("/", "mlops-image-pipeline"), ("/training", ""), ("/endpoints", ""), ("/models?tab=models", ""), ("/pipelines", "mlops-image-pipeline") })
        {
            await page.GotoAsync(path);
            await page.ConnectedAsync();
            await Expect(page.GetByText("Last answer")).ToBeVisibleAsync(Long);
            await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "cannot be reached" }).First).ToBeVisibleAsync();
            if (known.Length > 0)
                await Expect(page.GetByRole(AriaRole.Link, new() { Name = known }).First).ToBeVisibleAsync();
            await check.HearAsync(page);
        }
        await BrowserFixture.ShootAsync(page, "cloud-away", 390);
        await BrowserFixture.ShootAsync(page, "cloud-away");
    }

    [GeneratedRegex(@"http://\S+/account/invitation\?\S+")]
    private static partial Regex Invitation();
}
