using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Portal;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account;
using MLOps.Tests.Fakes;

namespace MLOps.Tests;

/// <summary>The portal on a free port with a fake cloud behind it and a state folder of its own.</summary>
public sealed partial class PortalHost : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlops-portal-").FullName;
    private readonly WebApplication app;

    private PortalHost(FakeCloud cloud, Action<IServiceCollection>? more, string[] settings)
    {
        Cloud = cloud;
        app = PortalApplication.Build(["--Urls=http://127.0.0.1:0", $"--Portal:StateFolder={folder}", "--Portal:SignInLinks=false",
            "--Portal:Limits:RequestsPerMinute=600000", "--Portal:Limits:SignInsPerMinute=60000", .. settings], services =>
        {
            cloud.Register(services);
            more?.Invoke(services);
        });
    }

    public FakeCloud Cloud { get; }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public IServiceProvider Services => app.Services;

    public static Task<PortalHost> StartAsync(FakeCloud? cloud = null, params string[] settings) => StartAsync(cloud, null, settings);

    /// <param name="more">Registers what takes the place of a port of the fake cloud, or of a part of the portal.</param>
    public static async Task<PortalHost> StartAsync(FakeCloud? cloud, Action<IServiceCollection>? more, params string[] settings)
    {
        var host = new PortalHost(cloud ?? IrisStory.Cloud(DateTimeOffset.UtcNow), more, settings);
        await host.app.StartAsync();
        host.Address = new Uri(host.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await host.Services.GetRequiredService<DatabaseSetup>().Ready;
        return host;
    }

    /// <summary>A browser that keeps cookies, asks for HTML and does not follow redirects by itself.</summary>
    public Browser Open() => new(Address);

    /// <summary>A browser of a seeded person, signed in by a link.</summary>
    public async Task<Browser> SignInAsync(string role)
    {
        var browser = Open();
        var key = KeyOf(role);
        var form = await browser.GetAsync($"/account/link?key={key}");
        var answer = await browser.PostAsync("/account/link", form, ("key", key));
        answer.Status.Should().Be(HttpStatusCode.Redirect);
        answer.Location.Should().Be("/");
        return browser;
    }

    /// <summary>The address of a link that signs a seeded person in, once.</summary>
    public Uri SignInLink(string role) => new(Address, $"/account/link?key={KeyOf(role)}");

    private string KeyOf(string role) => Services.GetRequiredService<SignInLinks>().Issue(PeopleSeeder.People.First(p => p.Role == role).UserName);

    /// <summary>What is in the rolling log file.</summary>
    public string ReadLog()
    {
        var text = new System.Text.StringBuilder();
        foreach (var file in Directory.GetFiles(Services.GetRequiredService<MLOps.Portal.Hosting.StatePaths>().Logs))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            text.Append(reader.ReadToEnd());
        }
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>An answer with what tests look at.</summary>
    public sealed record Answer(HttpStatusCode Status, string? Location, string Html, HttpResponseMessage Message)
    {
        /// <summary>The antiforgery token of the page's first form.</summary>
        public string Token => Hidden("__RequestVerificationToken");

        /// <summary>The value of a hidden field.</summary>
        public string Hidden(string name) => WebUtility.HtmlDecode(Regex.Match(Html, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value);
    }

    internal static Browser At(Uri address) => new(address);

    public sealed class Browser : IDisposable
    {
        private readonly HttpClient client;

        internal Browser(Uri address)
        {
            client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = address };
            client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        }

        public CookieContainer Cookies { get; } = new();

        public Task<Answer> GetAsync(string path) => SendAsync(new(HttpMethod.Get, path));

        /// <summary>Gets a page of a sign-off when its evidence is complete, as who looks again does.</summary>
        public async Task<Answer> GetCompleteAsync(string path)
        {
            var page = await GetAsync(path);
            await Eventually.TrueAsync(async () => !page.Html.Contains("You can decide as soon as the evidence is complete", StringComparison.Ordinal) || (page = await GetAsync(path)).Html.Length == 0,
                TimeSpan.FromSeconds(60), "the evidence is complete");
            return page;
        }

        /// <summary>Gets a page as a browser that holds one more cookie.</summary>
        public Task<Answer> GetAsync(string path, string cookie) => SendAsync(new(HttpMethod.Get, path) { Headers = { { "Cookie", cookie } } });

        /// <summary>Posts a form with the token of the page it stands on.</summary>
        public Task<Answer> PostAsync(string path, Answer page, params (string Name, string Value)[] fields) =>
            PostAsync(path, [("__RequestVerificationToken", page.Token), .. fields]);

        public Task<Answer> PostAsync(string path, params (string Name, string Value)[] fields) =>
            SendAsync(new(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) });

        public async Task<Answer> SendAsync(HttpRequestMessage request)
        {
            var message = await client.SendAsync(request);
            return new(message.StatusCode, message.Headers.Location?.OriginalString, await message.Content.ReadAsStringAsync(), message);
        }

        public void Dispose() => client.Dispose();
    }
}
