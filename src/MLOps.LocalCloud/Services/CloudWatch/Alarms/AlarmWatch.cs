using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch.Alarms;

/// <summary>Evaluates every alarm every five seconds.</summary>
internal sealed class AlarmWatch(AlarmStore alarms, AlarmEvaluator evaluator, AlarmActions actions, TimeProvider time, ILogger<AlarmWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Evaluates all alarms once.</summary>
    public async Task EvaluateAsync(CancellationToken cancelled)
    {
        var now = time.GetUtcNow();
        foreach (var (scope, alarm) in alarms.All())
        {
            try
            {
                if (evaluator.Evaluate(scope, alarm, now) is { } state && alarms.SetState(scope, alarm, state, now) is { } changed)
                    await actions.TellAsync(scope, changed, alarm.Required("StateValue"), cancelled);
            }
            catch (AwsException e)
            {
                logger.LogWarning("Alarm {Alarm} cannot be evaluated: {Message}", alarm.Text("AlarmName"), e.Message);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await EvaluateAsync(stoppingToken);
    }
}
