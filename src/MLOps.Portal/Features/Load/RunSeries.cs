using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Load;

/// <summary>A run's figures as lines over the seconds since its beginning.</summary>
internal static class RunSeries
{
    /// <param name="prefix">Stands before the labels where two runs are drawn together.</param>
    public static MetricSeries Of(LoadFigures figures, string id, string label, string unit, Func<LoadPoint, double> value, string prefix = "") =>
        new(prefix + id, prefix.Length == 0 ? label : $"{prefix} {label}", unit, figures.Points.Select(p => new MetricPoint(At(p.Seconds), value(p))).ToValueList());

    // As ChartAxis.Elapsed takes it.
    private static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);
}
