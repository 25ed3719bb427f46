using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.People;
using MLOps.Portal.Hosting;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account;

/// <summary>Prints the links by which the first people get in to the console at each start; never to the log, which is kept.</summary>
internal sealed class SignInLinkPrinter(
    SignInLinks links, DatabaseSetup database, IServer server, IHostApplicationLifetime lifetime, IOptions<CloudOptions> cloud, IOptions<PortalOptions> portal,
    IServiceScopeFactory scopes)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!portal.Value.SignInLinks)
            return;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await Task.WhenAll(started.Task, database.Ready).WaitAsync(stoppingToken);
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address)
            await Console.Out.WriteAsync(cloud.Value.Mode == CloudMode.Embedded ? Text(Reachable(address)) : await InvitationAsync(Reachable(address)));
    }

    /// <summary>Outside the embedded mode nobody is there at first: the first administrator is invited, at each start until they have signed in.</summary>
    private async Task<string> InvitationAsync(string address)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var administrators = await users.GetUsersInRoleAsync(Roles.Admin);
        if (portal.Value.FirstAdministrator.Length == 0 || administrators.Any(a => a.LastSignInAt is not null))
            return "";
        var directory = scope.ServiceProvider.GetRequiredService<PeopleDirectory>();
        var first = administrators.FirstOrDefault();
        var code = first is not null ? await directory.CodeAsync(first) : "";
        if (first is null)
            (first, code, _) = await directory.InviteAsync(portal.Value.FirstAdministrator, new("Administrator", "", [Roles.Admin], []), "invited as the first administrator");
        return first is null ? "" : $"{Environment.NewLine}  MLOps Portal has no administrator yet. Set the password of {first.UserName} here (the link works once, for a day):{Environment.NewLine}    {PeopleDirectory.LinkTo(address, first, code)}{Environment.NewLine}{Environment.NewLine}";
    }

    private string Text(string address)
    {
        var text = new StringBuilder().AppendLine().AppendLine($"  MLOps Portal: {address}").AppendLine("  Sign in as (each link works once, until the next start):");
        foreach (var (name, role) in PeopleSeeder.People)
            text.AppendLine($"    {Roles.Label(role),-16} {address}/account/link?key={links.Issue(name)}");
        return text.AppendLine().ToString();
    }

    private static string Reachable(string address) =>
        address.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal)
            .Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal).TrimEnd('/');
}
