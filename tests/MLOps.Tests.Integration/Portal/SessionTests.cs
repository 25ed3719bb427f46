using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using MLOps.Portal.Shared.Security;

namespace MLOps.Tests.Integration.Portal;

/// <summary>The browsers in which a person is signed in: seen, and ended, by that person alone.</summary>
public sealed partial class SessionTests
{
    [Fact]
    public async Task Sessions_OfAPerson_AreListedWithTheirBrowsers_AndEndOneByOne()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var here = await PeopleTests.JoinAsync(portal, admin, Roles.Viewer);
        using var there = portal.Open();
        var form = await there.GetAsync("/account/sign-in");
        using var answer = new HttpRequestMessage(HttpMethod.Post, "/account/sign-in")
        {
            Headers = { { "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" } },
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", form.Token), new("userName", "casey"), new("password", PeopleTests.Password)]),
        };
        (await there.SendAsync(answer)).Location.Should().Be("/");
        using var pageHere = await PeopleTests.OpenPageAsync(portal, here);
        using var pageThere = await PeopleTests.OpenPageAsync(portal, there);

        var account = await here.GetAsync("/account");
        account.Html.Should().Contain("Firefox on Linux").And.Contain("this one").And.Contain("127.0.0.1");
        Ends(account).Should().ContainSingle("one's own session is ended by signing out");
        (await here.PostAsync("/account/sessions/end", account, ("session", Ends(account)[0]))).Location.Should().Be("/account?done=ended");

        await PeopleTests.ClosesAsync(pageThere);
        (await there.GetAsync("/")).Location.Should().Contain("/account/sign-in");
        pageHere.State.Should().Be(WebSocketState.Open);
        var after = await here.GetAsync("/account?done=ended");
        after.Html.Should().Contain("Ended. What was open there is cut.").And.NotContain("Firefox on Linux");
        portal.ReadLog().Should().Contain("casey ended 1 of their sessions");
    }

    [Fact]
    public async Task Sessions_AllButThisOne_EndAtOnce()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var here = await PeopleTests.JoinAsync(portal, admin, Roles.Viewer);
        using var second = portal.Open();
        using var third = portal.Open();
        await PeopleTests.SignInAsync(second, "casey", PeopleTests.Password);
        await PeopleTests.SignInAsync(third, "casey", PeopleTests.Password);
        var account = await here.GetAsync("/account");
        Ends(account).Should().HaveCount(2);

        await here.PostAsync("/account/sessions/end", account);

        (await second.GetAsync("/")).Location.Should().Contain("/account/sign-in");
        (await third.GetAsync("/")).Location.Should().Contain("/account/sign-in");
        Ends(await here.GetAsync("/account")).Should().BeEmpty();
    }

    [Fact]
    public async Task Sessions_AreEndedByWhoProvedLatelyWhoTheyAre()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var stolen = await PeopleTests.JoinAsync(portal, admin, Roles.Viewer);
        using var owner = portal.Open();
        await PeopleTests.SignInAsync(owner, "casey", PeopleTests.Password);
        StepUpTests.Age(portal, stolen, TimeSpan.FromMinutes(11));

        var account = await stolen.GetAsync("/account");
        (await stolen.PostAsync("/account/sessions/end", account, ("session", Ends(account).Single()))).Location.Should().StartWith("/account/confirm?returnUrl=%2Faccount");
        (await stolen.PostAsync("/account/sessions/end", account)).Location.Should().StartWith("/account/confirm?");

        (await owner.GetAsync("/")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Session_OfSomebodyElse_IsNotEnded()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Viewer);
        using var again = portal.Open();
        await PeopleTests.SignInAsync(again, "casey", PeopleTests.Password);
        var theirs = Ends(await casey.GetAsync("/account")).Single();
        using var viewer = await portal.SignInAsync(Roles.Viewer);

        await viewer.PostAsync("/account/sessions/end", await viewer.GetAsync("/account"), ("session", theirs));

        (await again.GetAsync("/")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task SignOut_EndsTheSessionForWhoeverHasACopyOfItsCookie()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Viewer);
        var copy = casey.Cookies.GetCookieHeader(portal.Address);
        using var thief = portal.Open();
        (await thief.GetAsync("/account", copy)).Status.Should().Be(HttpStatusCode.OK);

        await casey.PostAsync("/account/sign-out", await casey.GetAsync("/account"));

        (await thief.GetAsync("/account", copy)).Location.Should().Contain("/account/sign-in");
    }

    [Fact]
    public async Task Confirmation_GoesOnWithTheSessionThatThereIs()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Viewer);
        using var page = await PeopleTests.OpenPageAsync(portal, casey);

        (await casey.PostAsync("/account/confirm", await casey.GetAsync("/account/confirm?returnUrl=%2Faccount"), ("password", PeopleTests.Password), ("returnUrl", "/account"))).Location.Should().Be("/account");

        var account = await casey.GetAsync("/account");
        account.Html.Should().Contain("this one");
        Ends(account).Should().BeEmpty("it is the same browser");
        page.State.Should().Be(WebSocketState.Open);
    }

    [Fact]
    public async Task Administrator_SeesWhereAPersonIsSignedIn_AndASignOutEverywhereEmptiesTheList()
    {
        await using var portal = await PortalHost.StartAsync();
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Viewer);
        var row = await admin.GetAsync("/account/people?q=casey");
        var path = PersonPath().Match(row.Html).Value;
        var page = await admin.GetAsync(path);
        page.Html.Should().Contain("by password").And.NotContain("this one");
        Ends(page).Should().BeEmpty("an administrator ends them all, not one");

        await admin.PostAsync($"{path}/sign-out", page);

        (await admin.GetAsync(path)).Html.Should().Contain("Not signed in anywhere.");
        (await casey.GetAsync("/")).Location.Should().Contain("/account/sign-in");
    }

    private static List<string> Ends(PortalHost.Answer page) => [.. EndForm().Matches(page.Html).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("name=\"session\" value=\"([^\"]+)\"")]
    private static partial Regex EndForm();

    [GeneratedRegex("/account/people/[0-9a-f-]{36}")]
    private static partial Regex PersonPath();
}
