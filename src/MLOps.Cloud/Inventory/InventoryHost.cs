using Microsoft.Extensions.Hosting;

namespace MLOps.Cloud.Inventory;

/// <summary>Runs every collector while the portal runs, and hurries them when somebody comes after nobody looked.</summary>
internal sealed class InventoryHost(IEnumerable<IInventoryCollectors> kinds, Attention attention) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var collectors = kinds.SelectMany(k => k.Collectors).ToList();
        return Task.WhenAll(collectors.Select(c => Task.Run(() => c.RunAsync(stoppingToken), stoppingToken)).Append(HurryAsync(collectors, stoppingToken)));
    }

    private async Task HurryAsync(List<ICollector> collectors, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await attention.ArrivalAsync(stopping);
                await Task.WhenAll(collectors.Select(c => c.HurryAsync(stopping)));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The portal stops.
        }
    }
}
