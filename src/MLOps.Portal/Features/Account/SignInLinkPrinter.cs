using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Portal.Data;
using MLOps.Portal.Hosting;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account;

/// <summary>Prints the sign-in links to the console at each start; never to the log, which is kept.</summary>
internal sealed class SignInLinkPrinter(
    SignInLinks links, DatabaseSetup database, IServer server, IHostApplicationLifetime lifetime, IOptions<CloudOptions> cloud, IOptions<PortalOptions> portal)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (cloud.Value.Mode != CloudMode.Embedded || !portal.Value.SignInLinks)
            return;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await Task.WhenAll(started.Task, database.Ready).WaitAsync(stoppingToken);
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address)
            await Console.Out.WriteAsync(Text(Reachable(address)));
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
