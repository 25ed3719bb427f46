namespace MLOps.LocalCloud.Services.AutoScaling;

/// <summary>
/// Target tracking as AWS does it: out quickly, after 3 periods above the target; in with care, after 15 periods below
/// nine tenths of it.
/// </summary>
internal static class TargetTracking
{
    /// <summary>Periods above the target before scaling out.</summary>
    public const int PeriodsOut = 3;

    /// <summary>Periods below the lower threshold before scaling in.</summary>
    public const int PeriodsIn = 15;

    /// <summary>The lower threshold as a share of the target.</summary>
    public const double LowerShare = 0.9;

    /// <summary>The capacity that would bring the metric to its target; the present one where nothing is to be done.</summary>
    /// <param name="values">Per instance and period, the newest first; null where nothing was measured.</param>
    public static int Desired(IReadOnlyList<double?> values, double target, int capacity)
    {
        if (values.Count >= PeriodsOut && values.Take(PeriodsOut).All(v => v > target))
            return Math.Max(capacity + 1, Fitting(values[0]!.Value, target, capacity));
        if (values.Count >= PeriodsIn && values.Take(PeriodsIn).All(v => v < target * LowerShare))
            return Math.Min(capacity, Math.Max(1, Fitting(values.Take(PeriodsIn).Max()!.Value, target, capacity)));
        return capacity;
    }

    private static int Fitting(double value, double target, int capacity) => (int)Math.Min(int.MaxValue, Math.Ceiling(capacity * value / target));
}
