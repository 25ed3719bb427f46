namespace MLOps.Portal.Features.Notifications.Outbox;

/// <summary>How long to wait between attempts.</summary>
internal static class Backoff
{
    /// <summary>Doubles with each failure up to <paramref name="longest"/>, and is never shorter than what the other side asks for.</summary>
    /// <param name="attempts">How many have failed; 1 or more.</param>
    /// <param name="chance">0 to 1: spreads the instances and messages over the last fifth of the pause.</param>
    public static TimeSpan Pause(int attempts, TimeSpan first, TimeSpan longest, TimeSpan? asked, double chance)
    {
        var pause = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(attempts - 1, 30)), longest.TotalSeconds) * (0.8 + (0.2 * chance));
        var wanted = Math.Min(asked?.TotalSeconds ?? 0, longest.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Max(pause, wanted));
    }
}
