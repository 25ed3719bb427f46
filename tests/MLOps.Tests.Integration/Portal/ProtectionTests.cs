using System.Net;
using System.Net.WebSockets;
using MLOps.Portal.Features.Account;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Integration.Portal;

/// <summary>What keeps foreign pages, floods and secrets out, asked over HTTP.</summary>
public sealed class ProtectionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Origin", "https://evil.example", true)]
    [InlineData("Origin", "null", true)]
    [InlineData("Sec-Fetch-Site", "cross-site", true)]
    [InlineData("Sec-Fetch-Site", "same-site", true)]
    [InlineData("Sec-Fetch-Site", "same-origin", false)]
    [InlineData("Origin", "self", false)]
    public async Task Hub_NegotiatedFromAPage_OnlyOfTheSameOrigin(string header, string value, bool isRefused)
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Viewer);
        value = value == "self" ? portal.Address.GetLeftPart(UriPartial.Authority) : value;
        foreach (var path in (string[])["/_blazor/negotiate?negotiateVersion=1", "/account/sign-out"])
        {
            var answer = await browser.SendAsync(new(HttpMethod.Post, path) { Headers = { { header, value } }, Content = new FormUrlEncodedContent([]) });
            (answer.Status == HttpStatusCode.Forbidden).Should().Be(isRefused, "{0} with {1}: {2}", path, header, value);
        }
        if (isRefused)
            portal.ReadLog().Should().Contain("Refused: POST /_blazor/negotiate from a page of another origin");
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.SwitchingProtocols)]
    public async Task WebSocket_OpenedFromAPage_OnlyOfTheSameOrigin(string? origin, HttpStatusCode status)
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = await portal.SignInAsync(Roles.Viewer);
        using var socket = Socket(portal, browser, origin ?? portal.Address.GetLeftPart(UriPartial.Authority));
        if (status == HttpStatusCode.SwitchingProtocols)
            await socket.ConnectAsync(Hub(portal), Cancelled);
        else
            await FluentActions.Awaiting(() => socket.ConnectAsync(Hub(portal), Cancelled)).Should().ThrowAsync<WebSocketException>();
        socket.HttpStatusCode.Should().Be(status);
    }

    [Fact]
    public async Task WebSocket_Anonymous_IsRefused()
    {
        await using var portal = await PortalHost.StartAsync();
        using var browser = portal.Open();
        using var socket = Socket(portal, browser, null);
        await FluentActions.Awaiting(() => socket.ConnectAsync(Hub(portal), Cancelled)).Should().ThrowAsync<WebSocketException>();
    }

    [Fact]
    public async Task WebSocket_MoreThanAPersonMayHave_IsRefusedUntilOneCloses()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Portal:Limits:PagesPerPerson=2");
        using var browser = await portal.SignInAsync(Roles.Viewer);
        using var other = await portal.SignInAsync(Roles.Admin);
        var open = new List<ClientWebSocket>();
        for (var i = 0; i < 2; i++)
        {
            open.Add(Socket(portal, browser, null));
            await open[i].ConnectAsync(Hub(portal), Cancelled);
        }
        using (var third = Socket(portal, browser, null))
        {
            await FluentActions.Awaiting(() => third.ConnectAsync(Hub(portal), Cancelled)).Should().ThrowAsync<WebSocketException>();
            third.HttpStatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        }
        using (var theirs = Socket(portal, other, null))
            await theirs.ConnectAsync(Hub(portal), Cancelled);
        open[0].Abort();
        await Eventually.TrueAsync(async () =>
        {
            using var again = Socket(portal, browser, null);
            try
            {
                await again.ConnectAsync(Hub(portal), Cancelled);
                return true;
            }
            catch (WebSocketException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(20), "a place becomes free");
        open.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task SignIn_TooManyTries_Answers429WhateverTheAccount()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Portal:Limits:SignInsPerMinute=5");
        using var browser = portal.Open();
        var page = await browser.GetAsync("/account/sign-in");
        for (var i = 0; i < 5; i++)
            (await browser.PostAsync("/account/sign-in", page, ("userName", $"person{i}"), ("password", "wrong"))).Status.Should().Be(HttpStatusCode.Redirect);
        var refused = await browser.PostAsync("/account/sign-in", page, ("userName", "another"), ("password", "wrong"));
        refused.Status.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Html.Should().Contain("Too many tries");
    }

    [Fact]
    public async Task Requests_Flood_IsSlowedForThatPersonAlone()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Portal:Limits:RequestsPerMinute=60");
        using var browser = await portal.SignInAsync(Roles.Viewer);
        using var other = await portal.SignInAsync(Roles.Scientist);
        var seen = new List<HttpStatusCode>();
        for (var i = 0; i < 40; i++)
            seen.Add((await browser.GetAsync("/not-found")).Status);
        seen.Should().Contain(HttpStatusCode.TooManyRequests);
        (await other.GetAsync("/not-found")).Status.Should().NotBe(HttpStatusCode.TooManyRequests);
        (await browser.GetAsync("/health/live")).Status.Should().Be(HttpStatusCode.OK, "a probe is never slowed");
    }

    [Fact]
    public async Task Form_TooLarge_IsRefused()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Portal:Limits:BodyBytes=65536");
        using var browser = portal.Open();
        var answer = await browser.PostAsync("/account/sign-in", await browser.GetAsync("/account/sign-in"), ("userName", new string('x', 70_000)));
        answer.Status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Page_OverHttps_SetsHstsAndSecureCookies()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Portal:ForwardedHeaders=true", "--Portal:KnownProxies:0=127.0.0.1");
        using var browser = portal.Open();
        var answer = await browser.SendAsync(new(HttpMethod.Get, "/account/sign-in") { Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-Host", "portal.example.com" } } });
        answer.Message.Headers.GetValues("Strict-Transport-Security").Should().ContainSingle().Which.Should().Contain("max-age=31536000");
        answer.Message.Headers.GetValues("Content-Security-Policy").Single().Should().Contain("connect-src 'self' wss://portal.example.com;");
        answer.Message.Headers.GetValues("Set-Cookie").Should().OnlyContain(c => c.Contains("secure", StringComparison.OrdinalIgnoreCase) && c.Contains("httponly", StringComparison.OrdinalIgnoreCase) && c.Contains("samesite", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Page_HttpsOnly_RefusesPlainRequestsAndBindsCookiesToTheHost()
    {
        await using var portal = await PortalHost.StartAsync(null, "--Portal:HttpsOnly=true", "--Portal:ForwardedHeaders=true", "--Portal:KnownProxies:0=127.0.0.1");
        using var browser = portal.Open();
        var plain = await browser.GetAsync("/account/sign-in");
        plain.Status.Should().Be(HttpStatusCode.UpgradeRequired);
        plain.Html.Should().Contain("reached by HTTPS alone").And.NotContain("name=\"password\"");
        (await browser.GetAsync("/health/live")).Status.Should().Be(HttpStatusCode.OK, "a probe on the machine itself needs no certificate");

        var link = new Uri(portal.SignInLink(Roles.Viewer).PathAndQuery, UriKind.Relative);
        var form = await browser.SendAsync(Secured(new(HttpMethod.Get, link)));
        var cookie = form.Message.Headers.GetValues("Set-Cookie").Should().ContainSingle().Subject;
        cookie.Should().StartWith("__Host-mlops.form=");
        IsBound(cookie).Should().BeTrue(cookie);
        var key = link.OriginalString.Split('=')[1];
        var signedIn = await browser.SendAsync(Secured(new(HttpMethod.Post, "/account/link")
        {
            Headers = { { "Cookie", cookie.Split(';')[0] } },
            Content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", form.Token), KeyValuePair.Create("key", key)]),
        }));
        signedIn.Location.Should().Be("/");
        var session = signedIn.Message.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("__Host-mlops.person=", StringComparison.Ordinal));
        IsBound(session).Should().BeTrue(session);

        static HttpRequestMessage Secured(HttpRequestMessage request)
        {
            request.Headers.Add("X-Forwarded-Proto", "https");
            return request;
        }

        static bool IsBound(string set) => set.Contains("; secure", StringComparison.OrdinalIgnoreCase) && set.Contains("; path=/;", StringComparison.OrdinalIgnoreCase) && !set.Contains("domain=", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Log_OfARun_HoldsNoSecretAndNoForgedLine()
    {
        const string password = "correct horse battery staple";
        await using var portal = await PortalHost.StartAsync();
        using var browser = portal.Open();
        var key = portal.Services.GetRequiredService<SignInLinks>().Issue("approver");
        await browser.GetAsync($"/account/link?key={key}");
        var page = await browser.GetAsync("/account/sign-in");
        await browser.PostAsync("/account/sign-in", page, ("userName", "casey\n2026-01-01 00:00:00.000 +00:00 INF admin signed in by password"), ("password", password));
        await browser.GetAsync("/pipelines/a%0D%0A2026-01-01%20forged");
        await browser.PostAsync("/account/link", page, ("key", key));
        var log = portal.ReadLog();
        log.Should().NotContain(password).And.NotContain(key).And.Contain("casey\\n2026-01-01");
        log.Split('\n').Should().NotContain(line => line.StartsWith("2026-01-01", StringComparison.Ordinal));
    }

    private static Uri Hub(PortalHost portal) => new UriBuilder(portal.Address) { Scheme = "ws", Path = "/_blazor" }.Uri;

    private static ClientWebSocket Socket(PortalHost portal, PortalHost.Browser browser, string? origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.Cookies = browser.Cookies;
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        return socket;
    }
}
