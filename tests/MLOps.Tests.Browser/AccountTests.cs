using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLOps.Tests.Browser;

/// <summary>Accounts in a browser: passkeys from an authenticator, and what somebody sees whose account is closed.</summary>
public sealed class AccountTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Passkey_Added_SignsInAndConfirms()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        await portal.StartAsync(http);
        // Passkeys belong to a name, not to an address of the network.
        var local = portal.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var context = await browser.Browser.NewContextAsync(new() { BaseURL = local, ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        var devices = await context.NewCDPSessionAsync(page);
        await devices.SendAsync("WebAuthn.enable");
        await devices.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object> { ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true },
        });
        await page.GotoAsync((await portal.SignInLinkAsync("Approver")).Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        await page.Locator("form button[type=submit]").First.ClickAsync();
        await page.WaitForURLAsync(local + "/");

        await page.GotoAsync("/account");
        await BrowserFixture.ShootAsync(page, "account");
        await page.GetByLabel("What to call it").FillAsync("Work laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.GetByText("The passkey is added")).ToBeVisibleAsync();
        await Expect(page.GetByText("Work laptop")).ToBeVisibleAsync();

        await context.ClearCookiesAsync();
        await page.GotoAsync("/pipelines");
        await BrowserFixture.ShootAsync(page, "sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(local + "/pipelines");

        await page.GotoAsync("/account/confirm?minutes=5&passkey=true&returnUrl=%2Fmodels");
        await Expect(page.GetByText("asks for your passkey, used within the last 5 minutes")).ToBeVisibleAsync();
        await BrowserFixture.ShootAsync(page, "confirm");
        (await BrowserFixture.ViolationsAsync(page)).Should().BeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Use your passkey" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(local + "/models");
        await page.GotoAsync("/account");
        await Expect(page.Locator(".page-head").GetByText("by passkey")).ToBeVisibleAsync();
        (await BrowserFixture.ViolationsAsync(page)).Should().BeEmpty();
        // The browser that lost its cookies is still signed in, as far as anybody knows.
        await Expect(page.GetByText("by a link from the console")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "End all but this one" }).ClickAsync();
        await Expect(page.GetByText("What was open there is cut")).ToBeVisibleAsync();
        await Expect(page.GetByText("by a link from the console")).ToHaveCountAsync(0);
        await portal.StopAsync();
    }

    [Fact]
    public async Task Account_Disabled_LosesItsOpenPageAndItsNextClick()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        await portal.StartAsync(http);
        var admin = await browser.SignedInAsync(portal, "Administrator");
        var scientist = await browser.SignedInAsync(portal, "Data scientist");
        await scientist.GotoAsync("/pipelines");
        await scientist.ConnectedAsync();

        await admin.GotoAsync("/account/people");
        await BrowserFixture.ShootAsync(admin, "people");
        await BrowserFixture.ShootAsync(admin, "people", 390);
        (await BrowserFixture.ViolationsAsync(admin)).Should().BeEmpty();
        await admin.GetByRole(AriaRole.Link, new() { Name = "Data scientist" }).ClickAsync();
        await BrowserFixture.ShootAsync(admin, "person");
        (await BrowserFixture.ViolationsAsync(admin)).Should().BeEmpty();
        var started = DateTimeOffset.UtcNow;
        await admin.GetByRole(AriaRole.Button, new() { Name = "Disable the account" }).ClickAsync();
        await Expect(admin.GetByRole(AriaRole.Button, new() { Name = "Enable the account" })).ToBeVisibleAsync();
        await Expect(scientist.Locator("#components-reconnect-modal")).ToBeVisibleAsync(new() { Timeout = 10_000 });
        (DateTimeOffset.UtcNow - started).Should().BeLessThan(TimeSpan.FromSeconds(10));
        await scientist.GotoAsync("/training");
        await Expect(scientist).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/account/sign-in"));
        await portal.StopAsync();
    }

    [Fact]
    public async Task Permissions_CheckedAgainstTheLocalCloud_AreAllAnswered()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess("--Cloud:Workshop:Seed=false");
        await portal.StartAsync(http);
        var admin = await browser.SignedInAsync(portal, "Administrator");
        await admin.GotoAsync("/permissions");
        await admin.ConnectedAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Check now" }).ClickAsync();
        await Expect(admin.GetByText("Nothing is denied.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(admin.Locator("td .chip", new() { HasText = "No clear answer" })).ToHaveCountAsync(0);
        await BrowserFixture.ShootAsync(admin, "permissions");
        await BrowserFixture.ShootAsync(admin, "permissions", 390);
        (await BrowserFixture.ViolationsAsync(admin)).Should().BeEmpty();
        await portal.StopAsync();
    }
}
