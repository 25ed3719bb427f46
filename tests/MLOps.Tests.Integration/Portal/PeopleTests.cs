using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Integration.Portal;

/// <summary>Accounts as their administrator and their owners use them.</summary>
public sealed partial class PeopleTests
{
    internal const string Password = "correct horse battery";
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invitation_Used_SetsAPasswordOnceAndGivesTheRoles()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        var link = await InviteAsync(admin, "casey", Roles.Approver, "fraud-risk, eu");
        portal.ReadLog().Should().Contain("admin invited casey as approver").And.NotContain(link[(link.IndexOf("code=", StringComparison.Ordinal) + 5)..]);

        using var casey = portal.Open();
        var page = await casey.GetAsync(link);
        page.Html.Should().Contain("Welcome, Casey");
        var weak = await AcceptAsync(casey, page, "mlops-portal1");
        weak.Status.Should().Be(HttpStatusCode.BadRequest);
        weak.Html.Should().Contain("guessed soon");
        (await AcceptAsync(casey, page, "short")).Html.Should().Contain("at least 12");
        (await AcceptAsync(casey, page, Password)).Location.Should().Be("/");
        (await casey.GetAsync("/")).Html.Should().Contain("Casey").And.Contain("Approver");
        (await casey.GetAsync("/account/people")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await casey.GetAsync("/account")).Html.Should().Contain("fraud-risk");

        using var late = portal.Open();
        (await late.GetAsync(link)).Location.Should().EndWith("refused=invitation");
        (await AcceptAsync(late, await late.GetAsync("/account/sign-in"), "another good long one", page)).Html.Should().Contain("used already");
        (await SignInAsync(late, "casey", Password)).Location.Should().Be("/");
    }

    [Fact]
    public async Task Invitation_WithoutARoleOrWithATakenName_SaysWhatIsWrong()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        var page = await admin.GetAsync("/account/people");
        (await admin.PostAsync("/account/people", page, ("userName", "viewer"), ("displayName", "V"), ("roles", "viewer"))).Html.Should().Contain("is already taken");
        (await admin.PostAsync("/account/people", page, ("userName", "x"), ("displayName", "X"))).Html.Should().Contain("Choose at least one role");
        (await admin.PostAsync("/account/people", page, ("userName", "x"), ("displayName", "X"), ("roles", "owner"))).Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Disable_PersonWithAnOpenPage_CutsItWithinTenSecondsAndRefusesEverything()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await JoinAsync(portal, admin, Roles.Scientist);
        using var page = await OpenPageAsync(portal, casey);
        var id = await IdAsync(portal, "casey");
        (await admin.PostAsync($"/account/people/{id}/disable", await admin.GetAsync($"/account/people/{id}"))).Location.Should().Be($"/account/people/{id}");
        await ClosesAsync(page);
        (await casey.GetAsync("/pipelines")).Location.Should().Contain("/account/sign-in");
        using var again = portal.Open();
        (await SignInAsync(again, "casey", Password)).Location.Should().Contain("refused=password");
        (await admin.GetAsync("/account/people?q=casey")).Html.Should().Contain("Disabled");
        portal.ReadLog().Should().Contain("admin disabled the account of casey");

        await admin.PostAsync($"/account/people/{id}/enable", await admin.GetAsync($"/account/people/{id}"));
        (await SignInAsync(again, "casey", Password)).Location.Should().Be("/");
    }

    [Fact]
    public async Task Disable_DoneByAnotherInstance_IsSeenWithinTenSeconds()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await JoinAsync(portal, admin, Roles.Viewer);
        using var page = await OpenPageAsync(portal, casey);
        using (var scope = portal.Services.CreateScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
            var person = (await users.FindByNameAsync("casey"))!;
            person.IsDisabled = true;
            await users.UpdateAsync(person);
        }
        await ClosesAsync(page);
        (await casey.GetAsync("/")).Location.Should().Contain("/account/sign-in");
    }

    [Fact]
    public async Task Roles_Changed_EndTheSessionAndHoldFromTheNextOne()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await JoinAsync(portal, admin, Roles.Scientist);
        (await casey.GetAsync("/training/new")).Status.Should().Be(HttpStatusCode.OK);
        var id = await IdAsync(portal, "casey");
        await admin.PostAsync($"/account/people/{id}/change", await admin.GetAsync($"/account/people/{id}"), ("displayName", "Casey"), ("roles", Roles.Viewer));
        (await casey.GetAsync("/training/new")).Location.Should().Contain("/account/sign-in");
        await SignInAsync(casey, "casey", Password);
        (await casey.GetAsync("/training/new")).Status.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Administrator_OwnAccount_IsNeitherDisabledNorDemoted()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        var id = await IdAsync(portal, "admin");
        var page = await admin.GetAsync($"/account/people/{id}");
        (await admin.PostAsync($"/account/people/{id}/disable", page)).Html.Should().Contain("cannot disable your own account");
        (await admin.PostAsync($"/account/people/{id}/change", page, ("displayName", "A"), ("roles", Roles.Viewer))).Html.Should().Contain("cannot take the role of administrator from yourself");
        (await admin.GetAsync("/account/people")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Reset_TakesTheOldPasswordAway()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await JoinAsync(portal, admin, Roles.Viewer);
        var id = await IdAsync(portal, "casey");
        var link = LinkIn(await admin.PostAsync($"/account/people/{id}/reset", await admin.GetAsync($"/account/people/{id}")));
        (await casey.GetAsync("/")).Location.Should().Contain("/account/sign-in");
        (await SignInAsync(casey, "casey", Password)).Location.Should().Contain("refused=password");
        (await AcceptAsync(casey, await casey.GetAsync(link), "a wholly different phrase")).Location.Should().Be("/");
    }

    [Fact]
    public async Task Password_Changed_EndsTheOtherSessionsAlone()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var here = await JoinAsync(portal, admin, Roles.Viewer);
        using var there = portal.Open();
        await SignInAsync(there, "casey", Password);
        var page = await here.GetAsync("/account");
        (await here.PostAsync("/account/password", page, ("current", "wrong"), ("password", "seven tall green lamps"), ("again", "seven tall green lamps"))).Html.Should().Contain("does not fit");
        (await here.PostAsync("/account/password", page, ("current", Password), ("password", "seven tall green lamps"), ("again", "seven tall green lamp"))).Html.Should().Contain("not the same");
        (await here.PostAsync("/account/password", page, ("current", Password), ("password", "seven tall green lamps"), ("again", "seven tall green lamps"))).Location.Should().Be("/account?done=password");
        (await here.GetAsync("/")).Status.Should().Be(HttpStatusCode.OK);
        (await there.GetAsync("/")).Location.Should().Contain("/account/sign-in");
        portal.ReadLog().Should().NotContain(Password).And.NotContain("seven tall");
    }

    [Fact]
    public async Task SignOut_CutsThePagesOfThatBrowserAlone()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var here = await JoinAsync(portal, admin, Roles.Viewer);
        using var there = portal.Open();
        await SignInAsync(there, "casey", Password);
        using var pageHere = await OpenPageAsync(portal, here);
        using var pageThere = await OpenPageAsync(portal, there);
        await here.PostAsync("/account/sign-out", await here.GetAsync("/"));
        await ClosesAsync(pageHere);
        pageThere.State.Should().Be(WebSocketState.Open);
        (await there.GetAsync("/")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task FirstAdministrator_OutsideTheEmbeddedMode_IsInvitedOnTheConsoleUntilThere()
    {
        using var http = new HttpClient();
        await using var portal = new PortalProcess("--Cloud:Mode=Aws", "--Cloud:Connections:0:Name=prod", "--Cloud:Connections:0:Region=us-east-1",
            "--Cloud:Connections:0:Account=123456789012", $"--Cloud:Connections:0:EndpointUrl=http://127.0.0.1:{PortalProcess.FreePort()}");
        for (var start = 1; start <= 2; start++)
        {
            await portal.StopAsync();
            await portal.StartAsync(http);
            await Eventually.TrueAsync(() => Task.FromResult(Invitation().Count(portal.Output) == start), TimeSpan.FromSeconds(30), "each start invites the first administrator");
        }
        using var browser = new PortalHost.Browser(new Uri(portal.Url));
        var link = new Uri(Invitation().Matches(portal.Output)[^1].Value).PathAndQuery;
        (await AcceptAsync(browser, await browser.GetAsync(link), Password)).Location.Should().Be("/");
        (await browser.GetAsync("/account/people")).Status.Should().Be(HttpStatusCode.OK);
        await portal.StopAsync();
        await portal.StartAsync(http);
        (await SignInAsync(browser, "admin", Password)).Location.Should().Be("/");
        Invitation().Count(portal.Output).Should().Be(2, "an administrator is there");
    }

    /// <summary>A new person with a password, signed in.</summary>
    internal static async Task<PortalHost.Browser> JoinAsync(PortalHost portal, PortalHost.Browser admin, string role, string name = "casey", string groups = "")
    {
        var browser = portal.Open();
        var link = await InviteAsync(admin, name, role, groups);
        (await AcceptAsync(browser, await browser.GetAsync(link), Password)).Location.Should().Be("/");
        return browser;
    }

    private static async Task<string> InviteAsync(PortalHost.Browser admin, string name, string role, string groups = "") =>
        LinkIn(await admin.PostAsync("/account/people", await admin.GetAsync("/account/people"),
            ("userName", name), ("displayName", char.ToUpperInvariant(name[0]) + name[1..]), ("email", ""), ("roles", role), ("groups", groups)));

    private static string LinkIn(PortalHost.Answer answer)
    {
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Html);
        return new Uri(WebUtility.HtmlDecode(Link().Match(answer.Html).Value)).PathAndQuery;
    }

    private static Task<PortalHost.Answer> AcceptAsync(PortalHost.Browser browser, PortalHost.Answer page, string password, PortalHost.Answer? invitation = null) =>
        browser.PostAsync("/account/invitation", page, ("person", (invitation ?? page).Hidden("person")), ("code", (invitation ?? page).Hidden("code")), ("password", password), ("again", password));

    internal static async Task<PortalHost.Answer> SignInAsync(PortalHost.Browser browser, string name, string password) =>
        await browser.PostAsync("/account/sign-in", await browser.GetAsync("/account/sign-in"), ("userName", name), ("password", password));

    private static async Task<string> IdAsync(PortalHost portal, string name)
    {
        using var scope = portal.Services.CreateScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().FindByNameAsync(name))!.Id;
    }

    internal static async Task<ClientWebSocket> OpenPageAsync(PortalHost portal, PortalHost.Browser browser)
    {
        var socket = new ClientWebSocket { Options = { Cookies = browser.Cookies } };
        await socket.ConnectAsync(new UriBuilder(portal.Address) { Scheme = "ws", Path = "/_blazor" }.Uri, Cancelled);
        return socket;
    }

    // The hub itself gives up on a client that says nothing after 15 seconds.
    internal static async Task ClosesAsync(ClientWebSocket page)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        deadline.CancelAfter(Within);
        await FluentActions.Awaiting(async () =>
        {
            while (true)
            {
                if ((await page.ReceiveAsync(new byte[1024], deadline.Token)).MessageType == WebSocketMessageType.Close)
                    throw new WebSocketException("closed");
            }
        }).Should().ThrowAsync<WebSocketException>("the page is cut within {0}", Within);
    }

    [GeneratedRegex("http://[^\"]*?/account/invitation\\?[^\"<\\s]+")]
    private static partial Regex Link();

    [GeneratedRegex(@"http://\S+/account/invitation\?\S+")]
    private static partial Regex Invitation();
}
