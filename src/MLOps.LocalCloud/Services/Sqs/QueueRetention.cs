namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>Removes messages past their queue's retention; receivers do not see them even before.</summary>
internal sealed class QueueRetention(QueueStore queues, MessageStore messages, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        do
            foreach (var queue in queues.All())
                messages.RemoveExpired(queue, time.GetUtcNow());
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
