using MLOps.Cloud.Telemetry;

namespace MLOps.Portal.Shared.Charts;

/// <summary>A moment on a chart's time axis, such as a deployment.</summary>
public sealed record ChartMarker(DateTimeOffset At, string Label);

/// <summary>The times that a chart spans.</summary>
public sealed record ChartWindow(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>What some charts have to span to show all that they measured and all marks of the time shown; null while there is nothing to show.</summary>
    public static ChartWindow? Around(IEnumerable<MetricSeries> series, IEnumerable<ChartMarker> markers, DateTimeOffset since)
    {
        var moments = series.SelectMany(s => s.Points).Select(p => p.At).Concat(markers.Select(m => m.At).Where(at => at >= since)).ToList();
        return moments.Count == 0 || moments.Min() == moments.Max() ? null : new(moments.Min(), moments.Max());
    }
}
