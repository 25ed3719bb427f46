using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>Sends the events of scheduled rules when they are due, counted from when the rule was first seen.</summary>
internal sealed class Scheduler(RuleStore rules, EventRouter router, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly Dictionary<(Scope Scope, string Rule, string Expression), DateTimeOffset> due = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            SendDue();
    }

    private void SendDue()
    {
        var now = time.GetUtcNow();
        foreach (var (scope, rule) in rules.All())
        {
            if (rule.Text("ScheduleExpression") is not { } expression || rule.Text("State") == "DISABLED")
                continue;
            var (key, every) = ((scope, rule.Required("Name"), expression), Schedule.Parse(expression));
            if (!due.TryGetValue(key, out var at))
            {
                due[key] = now + every;
            }
            else if (now >= at)
            {
                due[key] = now + every;
                router.Send(scope, rule, EventRouter.Envelope(scope, "aws.events", "Scheduled Event", [], [rule.Required("Arn")], now));
            }
        }
    }
}
