using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Shared.Charts;

/// <summary>What can be done to series before they are drawn.</summary>
public static class Curves
{
    /// <summary>
    /// The series without its flutter: an exponential moving average, whose beginning is not drawn towards 0.
    /// </summary>
    /// <param name="weight">How much of the values before stays, from 0 (nothing) to below 1.</param>
    public static MetricSeries Smooth(MetricSeries series, double weight)
    {
        if (weight <= 0)
            return series;
        var (sum, share) = (0.0, 0.0);
        return series with
        {
            Points = series.Points.Where(p => double.IsFinite(p.Value)).Select(p =>
            {
                sum = sum * weight + p.Value * (1 - weight);
                share = share * weight + (1 - weight);
                return p with { Value = sum / share };
            }).ToValueList(),
        };
    }

    /// <summary>The series as if it had begun at the same moment as all others: for curves of different days on one axis.</summary>
    public static MetricSeries FromZero(MetricSeries series) => series.Points.Count == 0 ? series : series with
    {
        Points = series.Points.Select(p => p with { At = DateTimeOffset.UnixEpoch + (p.At - series.Points[0].At) }).ToValueList(),
    };

    /// <summary>The series by the numbers of its points, from 1: values that were told in one moment do not stand on each other.</summary>
    public static MetricSeries ByStep(MetricSeries series) => series with
    {
        Points = series.Points.Select((p, i) => p with { At = DateTimeOffset.UnixEpoch.AddSeconds(i + 1) }).ToValueList(),
    };
}
