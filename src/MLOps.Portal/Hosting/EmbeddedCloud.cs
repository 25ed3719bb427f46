using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.LocalCloud;

namespace MLOps.Portal.Hosting;

/// <summary>
/// Runs the local cloud inside this process, as an application of its own on its own port. It starts beside the portal,
/// so that the first page does not wait for it, and ends with it.
/// </summary>
internal sealed partial class EmbeddedCloud(IOptions<LocalCloudOptions> options, IHostApplicationLifetime lifetime, ILogger<EmbeddedCloud> logger) : BackgroundService
{
    private WebApplication? cloud;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            cloud = LocalCloudApplication.Build(options.Value);
            await cloud.StartAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (IOException taken)
        {
            // Nothing works without the cloud that the settings ask for: stop with a plain word instead of half a portal.
            Log.PortTaken(logger, options.Value.Port, taken.Message);
            lifetime.StopApplication();
            return;
        }
        Log.Started(logger, cloud.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault());
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (cloud is null)
            return;
        await cloud.StopAsync(cancellationToken);
        await cloud.DisposeAsync();
        cloud = null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The local cloud answers at {Url}")]
        public static partial void Started(ILogger logger, string? url);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The local cloud cannot listen on port {Port} (LocalCloud:Port): {Reason}")]
        public static partial void PortTaken(ILogger logger, int port, string reason);
    }
}

internal static class EmbeddedCloudServices
{
    public static void AddEmbeddedCloud(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue("Cloud:Mode", CloudMode.Embedded) != CloudMode.Embedded)
            return;
        builder.Services.AddOptions<LocalCloudOptions>().Bind(builder.Configuration.GetSection("LocalCloud"));
        builder.Services.AddHostedService<EmbeddedCloud>();
    }
}
