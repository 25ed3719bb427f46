namespace MLOps.LocalCloud.Services.Logs;

/// <summary>Removes events past their group's retention, at start and every hour.</summary>
internal sealed class LogRetention(LogStore store, TimeProvider time, ILogger<LogRetention> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        do
        {
            if (store.RemoveExpired(time.GetUtcNow().ToUnixTimeMilliseconds()) is > 0 and var removed)
                logger.LogInformation("Removed {Removed} log events past their retention", removed);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
