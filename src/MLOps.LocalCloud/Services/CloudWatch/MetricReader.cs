using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>Reads stored metrics by period.</summary>
internal sealed class MetricReader(MetricStore store)
{
    /// <summary>The statistics of each period and unit that has samples. Periods are counted from <paramref name="from"/>.</summary>
    public IReadOnlyList<(long At, string Unit, Statistics Statistics)> Periods(
        MetricKey key, DateTimeOffset from, DateTimeOffset to, int period, string? unit)
    {
        var start = from.ToUnixTimeSeconds();
        var periods = new SortedDictionary<(long At, string Unit), Statistics>();
        foreach (var point in store.Points(key, from, to))
        {
            if (unit is not null && point.Unit != unit)
                continue;
            var at = start + ((point.At.ToUnixTimeSeconds() - start) / period * period);
            if (!periods.TryGetValue((at, point.Unit), out var statistics))
                periods[(at, point.Unit)] = statistics = new Statistics();
            statistics.Add(point.Statistics);
        }
        return [.. periods.Select(p => (p.Key.At, p.Key.Unit, p.Value))];
    }

    /// <summary>Reads a <c>MetricStat</c> over [from, to), in periods aligned to the clock.</summary>
    /// <exception cref="AwsException">ValidationError: an unknown statistic or period.</exception>
    public TimeSeries Read(Scope scope, JsonObject metricStat, DateTimeOffset from, DateTimeOffset to)
    {
        var metric = metricStat.Object("Metric") ?? [];
        var (statistic, name) = (metricStat.Required("Stat"), metric.Text("MetricName") ?? throw CloudWatchErrors.Validation("The metric of a MetricStat needs a MetricName."));
        if (!Statistics.IsStatistic(statistic))
            throw CloudWatchErrors.Validation($"The statistic {statistic} is not offered: Average, Sum, Minimum, Maximum, SampleCount and p0 to p100 are.");
        var period = MetricMembers.Period(metricStat.Whole("Period"), CloudWatchErrors.Validation);
        var key = MetricKey.Of(scope, metric.Text("Namespace") ?? "", name, MetricMembers.Dimensions(metric));
        var aligned = DateTimeOffset.FromUnixTimeSeconds(from.ToUnixTimeSeconds() / period * period);
        var values = new SortedList<long, double>();
        // Units are only told apart where one is asked for; of several the most used one counts.
        foreach (var lot in Periods(key, aligned, to, period, metricStat.Text("Unit")).GroupBy(p => p.At))
            if (lot.MaxBy(p => p.Statistics.Count).Statistics.Get(statistic) is { } value)
                values.Add(lot.Key, value);
        return new TimeSeries(name, period, values);
    }
}
