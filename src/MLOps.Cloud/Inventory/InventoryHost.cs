using Microsoft.Extensions.Hosting;

namespace MLOps.Cloud.Inventory;

/// <summary>Runs every collector while the portal runs.</summary>
internal sealed class InventoryHost(IEnumerable<IInventoryCollectors> kinds) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(kinds.SelectMany(k => k.Collectors).Select(c => Task.Run(() => c.RunAsync(stoppingToken), stoppingToken)));
}
