using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;

namespace MLOps.LocalCloud.Engine.Endpoints.Deployment;

/// <summary>
/// One deployment over an endpoint that serves: a new fleet (green) takes the place of the old one (blue), by the steps of
/// a policy, or the old one keeps the traffic and the new one goes.
/// </summary>
internal sealed class FleetChange(EndpointTools tools, Scope scope, string name, Fleet blue, Fleet green, DeploymentPolicy policy) : IRolloutFleets
{
    private double share;

    /// <summary>The new fleet's share of the traffic, 0 to 1.</summary>
    public double Share => Volatile.Read(ref share);

    public Fleet Green => green;

    /// <summary>The fleet for the next request.</summary>
    /// <param name="variant">The variant that must be in it; any where null.</param>
    public Fleet Choose(string? variant)
    {
        var chosen = Random.Shared.NextDouble() < Share ? green : blue;
        if (variant is null || chosen.Variants.Any(v => v.Name == variant))
            return chosen;
        // A variant that only the other fleet has is asked there, as long as that one takes traffic.
        var other = chosen == green ? blue : green;
        return other == blue || Share > 0 ? other : chosen;
    }

    /// <summary>Null when the new fleet has all the traffic and the old one may go; else why the old one keeps it. What failed is gone afterwards.</summary>
    /// <exception cref="OperationCanceledException">The local cloud ends: both fleets are left to the next start.</exception>
    public async Task<string?> RunAsync(DeploymentProgress progress, CancellationToken cancelled)
    {
        try
        {
            if (policy.IsRolling)
                await green.PrepareAsync(cancelled);
            else
                await green.StartAsync(patient: false, cancelled);
            return await new Rollout(policy, this, tools.Time).RunAsync(progress.Started, progress.Step, cancelled);
        }
        catch (DeploymentFault fault)
        {
            return fault.Message;
        }
    }

    /// <summary>Gives the old fleet its traffic, and a rolling update's old fleet its instances, back.</summary>
    public async Task ReturnAsync(CancellationToken cancelled)
    {
        if (policy.IsRolling)
        {
            for (var left = Share; left > 1e-9;)
            {
                left = Math.Max(0, left - policy.RollbackShare);
                await blue.ApplyAsync(blue.Whole.Scaled(1 - left), cancelled, patient: true);
                Volatile.Write(ref share, left);
            }
        }
        Volatile.Write(ref share, 0);
        await green.StopAsync(drain: true);
    }

    async Task IRolloutFleets.MoveAsync(int step, double to, CancellationToken cancelled)
    {
        if (policy.IsRolling)
            await green.ApplyAsync(green.Whole.Scaled(to), cancelled);
        Volatile.Write(ref share, to);
        Tell(step, "ActivatingTraffic", TimeSpan.Zero);
        if (policy.IsRolling && to < 1)
            await blue.ApplyAsync(blue.Whole.Scaled(1 - to), cancelled);
    }

    void IRolloutFleets.Bake(int step, TimeSpan wait) => Tell(step, "Baking", wait);

    async Task<IReadOnlyList<string>> IRolloutFleets.InAlarmAsync(IReadOnlyList<string> alarms, CancellationToken cancelled)
    {
        var found = await tools.Cloud.CallAsync(scope, "cloudwatch", "DescribeAlarms", new JsonObject
        {
            ["AlarmNames"] = new JsonArray([.. alarms.Select(a => JsonValue.Create(a))]),
            ["StateValue"] = "ALARM",
        }, cancelled);
        return [.. found.Objects("MetricAlarms").Select(a => a.Required("AlarmName"))];
    }

    private void Tell(int step, string phase, TimeSpan wait) =>
        tools.Table.Advance(scope, name, progress => progress with { Step = step, Phase = phase, PhaseStarted = tools.Time.GetUtcNow(), Share = Share, WaitSeconds = (int)wait.TotalSeconds });
}
