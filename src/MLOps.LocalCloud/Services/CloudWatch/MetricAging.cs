namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>Keeps the metrics bounded: coarser with age, and gone after 455 days as on AWS.</summary>
internal sealed class MetricAging(MetricStore store, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(10), time);
        do
        {
            var now = time.GetUtcNow();
            store.Coarsen(1, 60, now.AddHours(-3));
            store.Coarsen(60, 3600, now.AddDays(-15));
            store.Remove(3600, now.AddDays(-455));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
