namespace MLOps.Cloud.Connections;

/// <summary>Lets so many calls a second pass, with a burst; callers beyond that wait their turn, first come first served.</summary>
/// <param name="perSecond">Calls a second in the long run.</param>
/// <param name="burst">Calls that may pass at once after a rest.</param>
internal sealed class TokenBucket(double perSecond, int burst, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly TimeSpan spacing = TimeSpan.FromSeconds(1 / perSecond);
    private DateTimeOffset next = DateTimeOffset.MinValue;

    /// <summary>Waits for a token.</summary>
    public Task TakeAsync(CancellationToken cancelled)
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetUtcNow();
            // "next" is when the bucket would be full again but for one burst.
            var earliest = now - spacing * (burst - 1);
            next = next < earliest ? earliest : next;
            wait = next - now;
            next += spacing;
        }
        return wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, time, cancelled);
    }

    /// <summary>Holds every caller off for a while, after the service said that it was too much.</summary>
    public void HoldOff(TimeSpan wait)
    {
        lock (gate)
        {
            var until = time.GetUtcNow() + wait;
            next = next < until ? until : next;
        }
    }
}
