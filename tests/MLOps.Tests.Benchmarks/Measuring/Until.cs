using System.Diagnostics;

namespace MLOps.Tests.Benchmarks.Measuring;

/// <summary>Waits for a moment as closely as asking again allows.</summary>
internal static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>How long it took until a condition held. An answer that fails counts as not yet.</summary>
    /// <exception cref="TimeoutException">It did not hold within the deadline.</exception>
    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> condition, TimeSpan deadline, string what, long? since = null)
    {
        var begun = since ?? Stopwatch.GetTimestamp();
        while (!await HoldsAsync(condition))
        {
            if (Stopwatch.GetElapsedTime(begun) > deadline)
                throw new TimeoutException($"not within {deadline.TotalSeconds:0} s: {what}");
            await Task.Delay(Pause);
        }
        return Stopwatch.GetElapsedTime(begun);
    }

    private static async Task<bool> HoldsAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (Exception e) when (e is HttpRequestException or Amazon.Runtime.AmazonServiceException)
        {
            return false;
        }
    }
}
