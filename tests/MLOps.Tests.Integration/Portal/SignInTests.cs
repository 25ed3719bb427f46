using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account;
using MLOps.Portal.Hosting;
using MLOps.Portal.Shared.Security;

namespace MLOps.Tests.Integration.Portal;

public sealed class SignInTests
{
    [Fact]
    public async Task Link_LookedAtTwiceThenUsedTwice_SignsInOnce()
    {
        await using var portal = await PortalHost.StartAsync();
        var key = portal.Services.GetRequiredService<SignInLinks>().Issue("approver");
        using var preview = portal.Open();
        (await preview.GetAsync($"/account/link?key={key}")).Html.Should().Contain("Sign in as Approver?");

        using var first = portal.Open();
        var page = await first.GetAsync($"/account/link?key={key}");
        (await first.PostAsync("/account/link", page, ("key", key))).Location.Should().Be("/");
        (await first.GetAsync("/")).Html.Should().Contain("Approver");

        using var second = portal.Open();
        var late = await second.GetAsync("/account/sign-in");
        (await second.PostAsync("/account/link", late, ("key", key))).Location.Should().Be("/account/sign-in?refused=link");
        (await second.GetAsync("/")).Status.Should().Be(HttpStatusCode.Redirect);
        (await second.GetAsync($"/account/link?key={key}")).Location.Should().EndWith("refused=link");
        portal.ReadLog().Should().NotContain(key, "links are secrets");
    }

    [Theory]
    [InlineData("/pipelines?q=a", "/pipelines?q=a")]
    [InlineData("https://example.org/", "/")]
    [InlineData("//example.org/", "/")]
    [InlineData("/\\example.org", "/")]
    public async Task Link_WithReturnAddress_StaysOnThisServer(string returnUrl, string goesTo)
    {
        await using var portal = await PortalHost.StartAsync();
        var key = portal.Services.GetRequiredService<SignInLinks>().Issue("viewer");
        using var browser = portal.Open();
        var page = await browser.GetAsync($"/account/link?key={key}");
        (await browser.PostAsync("/account/link", page, ("key", key), ("returnUrl", returnUrl))).Location.Should().Be(goesTo);
    }

    [Theory]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("::1", false, true)]
    [InlineData("192.0.2.7", false, false)]
    [InlineData("192.0.2.7", true, true)]
    public void Link_FromAnotherMachine_WorksOnlyWhereAllowed(string from, bool anywhere, bool may)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(from) } };
        SignInEndpoints.MayUseLinks(context, new PortalOptions { SignInLinksFromAnywhere = anywhere }).Should().Be(may);
    }

    [Fact]
    public async Task Password_FiveWrongOnes_LockTheRightOneOut()
    {
        await using var portal = await PortalHost.StartAsync();
        await AddAsync(portal, "casey", "correct horse battery", Roles.Viewer);
        using var browser = portal.Open();
        var page = await browser.GetAsync("/account/sign-in");
        for (var i = 0; i < 5; i++)
            (await browser.PostAsync("/account/sign-in", page, ("userName", "casey"), ("password", "wrong"))).Location.Should().Contain("refused=password");
        (await browser.PostAsync("/account/sign-in", page, ("userName", "casey"), ("password", "correct horse battery"))).Location.Should().Contain("refused=password");
        portal.ReadLog().Should().ContainEquivalentOf("LockedOut").And.NotContain("correct horse");
    }

    [Fact]
    public async Task Password_Right_SignsInAndOut()
    {
        await using var portal = await PortalHost.StartAsync();
        await AddAsync(portal, "casey", "correct horse battery", Roles.Viewer);
        using var browser = portal.Open();
        var page = await browser.GetAsync("/account/sign-in?returnUrl=%2Fmodels");
        (await browser.PostAsync("/account/sign-in", page, ("userName", "casey"), ("password", "correct horse battery"), ("returnUrl", page.Hidden("returnUrl")))).Location.Should().Be("/models");
        var home = await browser.GetAsync("/models");
        home.Status.Should().Be(HttpStatusCode.OK);
        (await browser.PostAsync("/account/sign-out", home)).Location.Should().Be("/account/sign-in");
        (await browser.GetAsync("/models")).Status.Should().Be(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Password_SeededPerson_CannotSignInWithout()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = portal.Open();
        var page = await browser.GetAsync("/account/sign-in");
        (await browser.PostAsync("/account/sign-in", page, ("userName", "admin"), ("password", ""))).Location.Should().Contain("refused=password");
    }

    private static async Task AddAsync(PortalHost portal, string name, string password, string role)
    {
        await using var scope = portal.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var person = new PortalUser { UserName = name, DisplayName = name };
        (await users.CreateAsync(person, password)).Succeeded.Should().BeTrue();
        await users.AddToRoleAsync(person, role);
    }
}
