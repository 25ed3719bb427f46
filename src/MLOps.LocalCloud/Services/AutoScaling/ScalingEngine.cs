using System.Collections.Concurrent;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>Looks after every scalable target: its bounds at once, its policies at the end of each period.</summary>
internal sealed class ScalingEngine(ScalingStore store, Scaler scaler, ILogger<ScalingEngine> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim wake = new(0);
    private readonly ConcurrentDictionary<(Scope, string), string> told = new();

    /// <summary>Something changed that should not wait.</summary>
    public void Wake() => wake.Release();

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var (scope, document) in store.Targets.All())
            {
                try
                {
                    await scaler.LookAfterAsync(scope, ScalableId.Of(document.Value), stoppingToken);
                    told.TryRemove((scope, document.Key), out _);
                }
                catch (AwsException e)
                {
                    // Said once: the next look is a second away.
                    if (told.TryAdd((scope, document.Key), e.Message))
                        logger.LogWarning("Scaling of {Target} waits: {Message}", document.Key, e.Message);
                }
            }
            await wake.WaitAsync(Interval, stoppingToken);
        }
    }
}
