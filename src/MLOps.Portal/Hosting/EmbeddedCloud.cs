using Microsoft.AspNetCore.Connections;
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
internal sealed partial class EmbeddedCloud(
    IOptions<LocalCloudOptions> options, EarlyEnd end, ILoggerFactory loggers, ILogger<EmbeddedCloud> logger) : BackgroundService
{
    private WebApplication? cloud;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            cloud = LocalCloudApplication.Build(options.Value, builder =>
            {
                // One log for both; an instance that is handed in is not disposed with the cloud.
                builder.Services.AddSingleton(loggers);
                builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
                // The portal's own addresses, which the settings that both read may hold, are not the cloud's.
                builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
            });
            await cloud.StartAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        // Nothing works without the cloud that the settings ask for: stop with a plain word instead of half a portal.
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            Log.PortTaken(logger, options.Value.Port);
            end.Stop(EarlyEnd.PortTaken);
            return;
        }
        catch (Exception fault)
        {
            Log.Failed(logger, fault, options.Value.StateFolder, fault.Message);
            end.Stop(EarlyEnd.NoCloud);
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

        [LoggerMessage(Level = LogLevel.Critical, Message = "The local cloud cannot listen on port {Port}: another program does. End that program (another portal?), or choose another port: ./run --LocalCloud:Port=4567")]
        public static partial void PortTaken(ILogger logger, int port);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The local cloud cannot start over its state in {Folder}: {Reason} Make sure that the folder can be written and that no other portal uses it; ./run --fresh starts over without it")]
        public static partial void Failed(ILogger logger, Exception fault, string folder, string reason);
    }
}
