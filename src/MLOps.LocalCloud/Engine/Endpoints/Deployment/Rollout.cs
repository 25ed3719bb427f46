namespace MLOps.LocalCloud.Engine.Endpoints.Deployment;

/// <summary>What a rollout asks of the two fleets.</summary>
internal interface IRolloutFleets
{
    /// <summary>Gives the new fleet a share of the traffic and writes the step down, so that a restart goes on from it.</summary>
    /// <exception cref="DeploymentFault">An instance that the step needs cannot get well.</exception>
    Task MoveAsync(int step, double share, CancellationToken cancelled);

    /// <summary>Tells that the step is being watched, for so long.</summary>
    void Bake(int step, TimeSpan wait);

    /// <summary>The alarms of these names that are in the state ALARM.</summary>
    Task<IReadOnlyList<string>> InAlarmAsync(IReadOnlyList<string> alarms, CancellationToken cancelled);
}

/// <summary>
/// Takes a deployment through its steps: moves a share of the traffic, watches the alarms while it waits, moves the next
/// share. It decides alone; moving and telling is the fleets' part.
/// </summary>
internal sealed class Rollout(DeploymentPolicy policy, IRolloutFleets fleets, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Runs the steps from one on. Null when all traffic has moved and was watched; else why it must go back.</summary>
    /// <param name="started">When the deployment began, for its time limit.</param>
    /// <exception cref="DeploymentFault">The new fleet cannot grow as a step needs.</exception>
    public async Task<string?> RunAsync(DateTimeOffset started, int from, CancellationToken cancelled)
    {
        // An alarm that rings before anything has moved is as good a reason.
        if (await TroubleAsync(started, cancelled) is { } early)
            return early;
        for (var step = from; step < policy.Shares.Count; step++)
        {
            await fleets.MoveAsync(step, policy.Shares[step], cancelled);
            var wait = TimeSpan.FromSeconds(step == policy.Shares.Count - 1 ? policy.TerminationWaitSeconds : policy.WaitSeconds);
            if (await WatchAsync(step, wait, started, cancelled) is { } reason)
                return reason;
        }
        return null;
    }

    private async Task<string?> WatchAsync(int step, TimeSpan wait, DateTimeOffset started, CancellationToken cancelled)
    {
        if (wait <= TimeSpan.Zero)
            return await TroubleAsync(started, cancelled);
        fleets.Bake(step, wait);
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) is var gone && gone < wait)
        {
            await Task.Delay(wait - gone < Look ? wait - gone : Look, time, cancelled);
            if (await TroubleAsync(started, cancelled) is { } reason)
                return reason;
        }
        return null;
    }

    private async Task<string?> TroubleAsync(DateTimeOffset started, CancellationToken cancelled)
    {
        if (policy.Alarms.Count > 0 && await fleets.InAlarmAsync(policy.Alarms, cancelled) is { Count: > 0 } ringing)
            return $"One or more configured alarm(s) [{string.Join(", ", ringing)}] transitioned to ALARM state during the deployment. The deployment was rolled back.";
        if ((time.GetUtcNow() - started).TotalSeconds > policy.LimitSeconds)
            return $"The deployment exceeded the maximum execution time of {policy.LimitSeconds} seconds. It was rolled back.";
        return null;
    }
}
