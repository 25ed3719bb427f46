using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Portal.Shared.Security;

namespace MLOps.Tests.Integration.Portal;

/// <summary>New passwords against a list of stolen ones that speaks the protocol of Have I Been Pwned's.</summary>
public sealed class BreachedPasswordTests
{
    private const string Stolen = "seven tall green lamps";
    private const string Fresh = "nine quiet paper boats";

    [Fact]
    public async Task Password_OnTheList_IsRefused_AndTheListLearnsFiveDigitsOfItsHash()
    {
        await using var list = await StolenList.StartAsync((Stolen, 1234), (Fresh, 0));
        await using var portal = await PortalHost.StartAsync(null, $"--Portal:BreachedPasswords={list.Url}");
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Viewer);

        (await ChangeAsync(casey, Stolen)).Html.Should().Contain("was stolen from other sites 1,234 times");
        (await ChangeAsync(casey, Fresh)).Location.Should().Be("/account?done=password", "a line of padding says 0");

        list.Asked.Should().OnlyContain(a => a.Path.Length == 5 && a.Padded).And.Contain(a => a.Path == StolenList.Hash(Stolen).Substring(0, 5));
        portal.ReadLog().Should().NotContain(StolenList.Hash(Stolen)[..5]);
    }

    [Fact]
    public async Task Password_WhileTheListIsAway_IsTaken_AndTheLogSaysSo()
    {
        await using var list = await StolenList.StartAsync((Stolen, 5));
        await using var portal = await PortalHost.StartAsync(null, $"--Portal:BreachedPasswords={list.Url}");
        using var admin = await portal.SignInAsync(Roles.Admin);
        using var casey = await PeopleTests.JoinAsync(portal, admin, Roles.Viewer);
        list.Status = 503;

        (await ChangeAsync(casey, Stolen)).Location.Should().Be("/account?done=password");

        portal.ReadLog().Should().Contain("The list of stolen passwords cannot be asked").And.Contain("503");
    }

    [Fact]
    public async Task Start_WithAnAddressThatAnybodyCanRead_SaysWhatItMustBe() =>
        (await FluentActions.Awaiting(() => PortalHost.StartAsync(null, "--Portal:BreachedPasswords=http://lists.example.com/range")).Should().ThrowAsync<OptionsValidationException>())
            .Which.Message.Should().Contain("Portal:BreachedPasswords is 'http://lists.example.com/range'; it must be an address that begins with https:");

    private static async Task<PortalHost.Answer> ChangeAsync(PortalHost.Browser browser, string password) =>
        await browser.PostAsync("/account/password", await browser.GetAsync("/account"), ("current", PeopleTests.Password), ("password", password), ("again", password));

    /// <summary>A server on a free port that answers <c>GET /range/{five digits}</c>.</summary>
    private sealed class StolenList : IAsyncDisposable
    {
        private readonly WebApplication app;

        private StolenList((string Password, int Times)[] known)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            app = builder.Build();
            app.MapGet("/range/{start}", (string start, HttpContext context) =>
            {
                Asked.Enqueue((start, context.Request.Headers["Add-Padding"] == "true"));
                var lines = known.Select(k => (Hash: Hash(k.Password), k.Times)).Where(k => k.Hash.StartsWith(start, StringComparison.Ordinal)).Select(k => $"{k.Hash[5..]}:{k.Times}");
                return Results.Text(string.Join("\r\n", ["0018A45C4D1DEF81644B54AB7F969B88D65:3", .. lines, "011053FD0102E94D6AE2F8B83D76FAF94F6:1"]), "text/plain", Encoding.UTF8, Status);
            });
        }

        public ConcurrentQueue<(string Path, bool Padded)> Asked { get; } = new();

        public int Status { get; set; } = 200;

        public string Url { get; private set; } = "";

        public static async Task<StolenList> StartAsync(params (string Password, int Times)[] known)
        {
            var list = new StolenList(known);
            await list.app.StartAsync();
            list.Url = $"{list.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}/range";
            return list;
        }

        // The protocol's own hash.
#pragma warning disable CA5350
        public static string Hash(string password) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
