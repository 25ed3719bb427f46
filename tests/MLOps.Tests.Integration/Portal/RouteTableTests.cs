using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Security;

namespace MLOps.Tests.Integration.Portal;

/// <summary>Everything that answers, asked as everybody, against the table in docs/security.md.</summary>
public sealed partial class RouteTableTests
{
    private const string Head = "| route | anonymous | viewer | scientist | approver | admin |";
    private static readonly string File = Path.Combine(PortalProcess.RepoRoot, "docs/security.md");

    [Fact]
    public async Task Routes_AskedByEveryRole_AnswerAsTheTableSays()
    {
        await using var portal = await PortalHost.StartAsync();
        var browsers = new List<PortalHost.Browser> { portal.Open() };
        foreach (var role in Roles.All)
            browsers.Add(await portal.SignInAsync(role));
        var rows = new List<string>();
        var faults = new List<string>();
        foreach (var (method, route, isPage) in Routes(portal))
        {
            var told = new List<string>();
            foreach (var browser in browsers)
            {
                var answer = await AskAsync(browser, method, Address(route));
                told.Add(IsLetIn(answer) ? "yes" : "no");
                // The circuit's own endpoints are guarded by the origin.
                if (!route.StartsWith("/_blazor", StringComparison.Ordinal))
                    Check(method, route, answer);
                if (!isPage)
                    continue;
                // A page takes the forms that stand on it, too.
                var post = await AskAsync(browser, "POST", Address(route));
                if (IsLetIn(post) != IsLetIn(answer))
                    faults.Add($"{route} lets somebody look and not send a form, or the other way round");
                Check("POST", route, post);
            }
            rows.Add($"| `{method} {route}` | {string.Join(" | ", told)} |");
        }
        void Check(string method, string route, PortalHost.Answer answer)
        {
            if (method != "GET" && IsLetIn(answer) && answer.Status != HttpStatusCode.BadRequest)
                faults.Add($"{method} {route} answered {(int)answer.Status} to a form without an antiforgery token; it must answer 400");
        }
        browsers.ForEach(b => b.Dispose());
        string.Join('\n', faults.Distinct()).Should().BeEmpty();
        var table = Table().ToList();
        var missing = rows.Except(table).ToList();
        var stale = table.Except(rows).ToList();
        (missing.Count + stale.Count).Should().Be(0, "the table of routes in docs/security.md must say what the portal does.\nAdd these rows, if they are meant:\n{0}\nRemove these:\n{1}\n",
            string.Join('\n', missing), string.Join('\n', stale));
    }

    [Fact]
    public async Task Endpoints_All_NameWhoTheyAreFor()
    {
        await using var portal = await PortalHost.StartAsync();
        Endpoints(portal).Where(e => !e.Metadata.Any(m => m is IAuthorizeData or IAllowAnonymous)).Select(e => e.DisplayName).Should().BeEmpty();
        Endpoints(portal).Where(e => e.Metadata.GetMetadata<HubMetadata>() is not null).Should().OnlyContain(e => e.Metadata.OfType<IAuthorizeData>().Any(a => a.Policy == Policies.View))
            .And.NotBeEmpty();
        // In a circuit pages follow each other without a request: the attribute on the component is what counts there.
        typeof(MLOps.Portal.PortalApplication).Assembly.GetTypes().Where(t => t.GetCustomAttributes(typeof(RouteAttribute), true).Length > 0)
            .Where(t => !t.GetCustomAttributes(true).Any(a => a is IAuthorizeData or IAllowAnonymous)).Should().BeEmpty("every page says who may see it");
    }

    [Fact]
    public async Task Policies_ByRole_AreAsTheTableSays()
    {
        await using var portal = await PortalHost.StartAsync();
        var authorization = portal.Services.GetRequiredService<IAuthorizationService>();
        var rows = new List<string>();
        foreach (var policy in typeof(Policies).GetFields().Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal))
        {
            var told = new List<string>();
            foreach (var role in (string[])["", .. Roles.All])
            {
                var person = role.Length == 0 ? new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity())
                    : new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.Role, role)], "test"));
                told.Add((await authorization.AuthorizeAsync(person, policy)).Succeeded ? "yes" : "no");
            }
            rows.Add($"| {policy} | {string.Join(" | ", told)} |");
        }
        var text = await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken);
        foreach (var row in rows)
            text.Should().Contain(row, "the table of policies in docs/security.md must hold these rows:\n{0}", string.Join('\n', rows));
    }

    private static IEnumerable<RouteEndpoint> Endpoints(PortalHost portal) =>
        portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            // Files of the pages, and what a development build looks for among them.
            .Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null && e.RoutePattern.RawText != "{**path:file}");

    private static IEnumerable<(string Method, string Route, bool IsPage)> Routes(PortalHost portal) => Endpoints(portal)
        .SelectMany(e => Methods(e).Select(method => (Method: method, Route: "/" + e.RoutePattern.RawText!.Trim('/'), IsPage: IsPage(e))))
        .Distinct().OrderBy(r => r.Route, StringComparer.Ordinal).ThenBy(r => r.Method, StringComparer.Ordinal);

    private static bool IsPage(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>() is not null;

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) =>
        IsPage(endpoint) ? ["GET"]
        : endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods.Where(m => m != "OPTIONS")
        : endpoint.RoutePattern.RawText!.Contains("negotiate", StringComparison.Ordinal) || endpoint.RoutePattern.RawText!.Contains("disconnect", StringComparison.Ordinal) ? ["POST"] : ["GET"];

    private static string Address(string route) => Parameter().Replace(route, match => match.Value.Contains(":int", StringComparison.Ordinal) || match.Value.Contains(":long", StringComparison.Ordinal) ? "1"
        : match.Value.Contains(":guid", StringComparison.Ordinal) ? Guid.Empty.ToString() : match.Value.Contains("name", StringComparison.OrdinalIgnoreCase) ? "n" : "x");

    private static Task<PortalHost.Answer> AskAsync(PortalHost.Browser browser, string method, string address) => browser.SendAsync(new(new(method), address)
    {
        Content = method is "POST" or "PUT" ? new FormUrlEncodedContent([]) : null,
    });

    private static bool IsLetIn(PortalHost.Answer answer) =>
        answer.Status is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized) && answer.Location?.Contains("/account/sign-in?returnUrl=", StringComparison.Ordinal) != true;

    private static IEnumerable<string> Table()
    {
        var lines = System.IO.File.ReadAllLines(File);
        var start = Array.IndexOf(lines, Head);
        start.Should().BePositive($"docs/security.md must hold a table with the head {Head}");
        return lines.Skip(start + 2).TakeWhile(line => line.StartsWith('|'));
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
