using System.Globalization;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Integration.Portal;

/// <summary>A gate that asks for a new proof of who one is, from the refusal to the approval.</summary>
public sealed class StepUpTests
{
    private const string Endpoint = "iris-model-production";
    private const string Traffic = $"/promote/{Endpoint}";
    private static readonly string SignOff = $"/approvals/{IrisStory.Pipeline}/DeployApproval/ApproveDeploy/{IrisStory.Candidate}";

    [Fact]
    public async Task Approve_WithAnOldSignIn_IsRefusedUntilThePasswordIsGivenAgain()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Default:StepUp:Minutes=5");
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Approver);
        Age(portal, casey, TimeSpan.FromMinutes(6));
        var page = await casey.GetAsync(SignOff);
        page.Html.Should().Contain("signed in within the last 5 minutes").And.Contain("/account/confirm?returnUrl=").And.Contain("minutes=5");
        var refused = await DecideAsync(casey, page);
        refused.Status.Should().Be(HttpStatusCode.Forbidden);
        refused.Html.Should().Contain("Confirm who you are");
        portal.Cloud.Answers.Should().BeEmpty();

        var confirm = await casey.GetAsync($"/account/confirm?minutes=5&returnUrl={Uri.EscapeDataString(SignOff)}");
        confirm.Html.Should().Contain("asks that you signed in within the last 5 minutes").And.Contain("casey");
        (await casey.PostAsync("/account/confirm", confirm, ("password", "wrong"), ("returnUrl", SignOff))).Location.Should().Contain("/account/confirm?refused=password");
        (await casey.PostAsync("/account/confirm", confirm, ("password", "correct horse battery"), ("returnUrl", SignOff))).Location.Should().Be(SignOff);
        page = await casey.GetAsync(SignOff);
        page.Html.Should().NotContain("signed in within the last");
        (await DecideAsync(casey, page)).Location.Should().Be(SignOff);
        portal.Cloud.Answers.Should().ContainSingle();
    }

    [Fact]
    public async Task Approve_WithAPasskeyThatWasNotUsed_IsRefused()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Default:StepUp:Passkey=true");
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Approver);
        (await casey.GetAsync(SignOff)).Html.Should().NotContain("asks for your passkey", "who has none is not held up");
        await AddPasskeyAsync(portal, "casey");
        var page = await casey.GetAsync(SignOff);
        page.Html.Should().Contain("asks for your passkey").And.Contain("passkey=true");
        var refused = await DecideAsync(casey, page);
        refused.Status.Should().Be(HttpStatusCode.Forbidden);
        refused.Html.Should().Contain("passkey=true", "the password would not do");
        portal.Cloud.Answers.Should().BeEmpty();
        var confirm = await casey.GetAsync($"/account/confirm?passkey=true&returnUrl={Uri.EscapeDataString(SignOff)}");
        confirm.Html.Should().Contain("Use your passkey").And.NotContain("name=\"password\"", "the password would not do");
        (await casey.GetAsync("/account")).Html.Should().Contain("Laptop");
        var forged = await casey.PostAsync("/account/passkeys/sign-in", confirm, ("credential", "{}"), ("confirms", "yes"), ("returnUrl", SignOff));
        forged.Location.Should().Contain("/account/confirm?refused=passkey");
    }

    [Fact]
    public async Task Traffic_WithAnOldSignIn_IsNotMovedUntilThePasswordIsGivenAgain()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Gates:Default:StepUp:Minutes=5");
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Approver);
        Age(portal, casey, TimeSpan.FromMinutes(6));
        var page = await casey.GetAsync(Traffic);
        page.Html.Should().Contain("signed in within the last 5 minutes").And.Contain("/account/confirm?returnUrl=");
        // More traffic, less traffic and going back: each takes the proof.
        foreach (var act in (string[])["all:Challenger", "all:Champion", $"rollback:{IrisStory.Champion}"])
        {
            var refused = await ActAsync(casey, page, act);
            refused.Status.Should().Be(HttpStatusCode.Forbidden, act);
            refused.Html.Should().Contain("Confirm who you are first").And.Contain("minutes=5", "the page that asks says what for");
        }
        portal.Cloud.Calls.Should().NotContain(c => c.StartsWith("weights") || c.StartsWith("rollback"));

        var confirm = await casey.GetAsync($"/account/confirm?minutes=5&returnUrl={Uri.EscapeDataString(Traffic)}");
        (await casey.PostAsync("/account/confirm", confirm, ("password", "correct horse battery"), ("returnUrl", Traffic))).Location.Should().Be(Traffic);
        page = await casey.GetAsync(Traffic);
        page.Html.Should().NotContain("signed in within the last");
        (await ActAsync(casey, page, "all:Challenger")).Location.Should().Be(Traffic);
        portal.Cloud.Calls.Should().ContainSingle(c => c.StartsWith("weights"));
    }

    [Fact]
    public async Task Traffic_WithAPasskeyThatWasNotUsed_IsNotMovedAndTheRefusalLeadsToThePasskey()
    {
        var cloud = IrisStory.Cloud(DateTimeOffset.UtcNow);
        // One model alone: there is no form of weights that could tell.
        cloud.Endpoints.Set([.. cloud.Endpoints.Current("local").Items.Select(e => e.Name == Endpoint ? e with { Variants = [e.Variants[0]] } : e)]);
        await using var portal = await PortalHost.StartAsync(cloud, "--Gates:Default:StepUp:Passkey=true");
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Approver);
        await AddPasskeyAsync(portal, "casey");
        var page = await casey.GetAsync(Traffic);
        page.Html.Should().Contain("asks for your passkey").And.Contain("Roll back to the last good production");
        var refused = await ActAsync(casey, page, $"rollback:{IrisStory.Champion}");
        refused.Status.Should().Be(HttpStatusCode.Forbidden);
        refused.Html.Should().Contain("passkey=true", "the password would not do");
        portal.Cloud.Calls.Should().NotContain(c => c.StartsWith("rollback"));
    }

    [Fact]
    public async Task People_ChangedWithAnOldSignIn_AskForTheProofFirst()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var boss = await PeopleTests.JoinAsync(portal, admin, Roles.Admin, "boss");
        Age(portal, boss, TimeSpan.FromMinutes(11));
        var page = await boss.GetAsync("/account/people");
        (await boss.PostAsync("/account/people", page, ("userName", "mallory"), ("displayName", "Mallory"), ("roles", "admin"))).Location.Should().StartWith("/account/confirm?returnUrl=");
        (await boss.GetAsync("/account/people?q=mal")).Html.Should().NotContain("Mallory");
        await boss.PostAsync("/account/confirm", page, ("password", "correct horse battery"), ("returnUrl", "/account/people"));
        (await boss.PostAsync("/account/people", page, ("userName", "mallory"), ("displayName", "Mallory"), ("roles", "admin"))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Session_LongerThanItMayLast_EndsThoughItIsUsed()
    {
        await using var portal = await PortalHost.StartAsync();
        using var viewer = await portal.SignInAsync(Roles.Viewer);
        Age(portal, viewer, TimeSpan.FromDays(7.1));
        (await viewer.GetAsync("/")).Location.Should().Contain("/account/sign-in");
    }

    private static Task<PortalHost.Answer> DecideAsync(PortalHost.Browser browser, PortalHost.Answer page) => browser.PostAsync(SignOff + "/decision", page,
        ("decision", "approve"), ("comment", "fine"), ("digest", page.Hidden("digest")), ("token", page.Hidden("token")), ("evidence", page.Hidden("evidence")));

    private static Task<PortalHost.Answer> ActAsync(PortalHost.Browser browser, PortalHost.Answer page, string act) => browser.PostAsync(
        Traffic + "/act", page, ("act", act), ("seen", page.Hidden("seen")), ("digest", page.Hidden("digest")), ("evidence", page.Hidden("evidence")));

    private static async Task AddPasskeyAsync(PortalHost portal, string person)
    {
        using var scope = portal.Services.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        await users.AddOrUpdatePasskeyAsync((await users.FindByNameAsync(person))!, new UserPasskeyInfo([1, 2, 3], [4], DateTimeOffset.UtcNow, 1, ["internal"], true, false, false, [5], [6]) { Name = "Laptop" });
    }

    /// <summary>Makes the browser's session older, as the portal itself would have written it then.</summary>
    internal static void Age(PortalHost portal, PortalHost.Browser browser, TimeSpan by)
    {
        var format = portal.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme).TicketDataFormat;
        var cookie = browser.Cookies.GetCookies(portal.Address)["mlops.person"]!;
        var ticket = format.Unprotect(cookie.Value)!;
        var identity = (ClaimsIdentity)ticket.Principal.Identity!;
        foreach (var claim in identity.FindAll(c => c.Type is Person.ProvedAtClaim or Person.SessionAtClaim).ToList())
        {
            identity.RemoveClaim(claim);
            identity.AddClaim(new Claim(claim.Type, (long.Parse(claim.Value, CultureInfo.InvariantCulture) - (long)by.TotalSeconds).ToString(CultureInfo.InvariantCulture)));
        }
        cookie.Value = format.Protect(new AuthenticationTicket(ticket.Principal, ticket.Properties, ticket.AuthenticationScheme));
    }
}
