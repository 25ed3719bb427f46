namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>Values by time (seconds since 1970, the start of each period), oldest first.</summary>
/// <param name="Period">Seconds from one value to the next where none is missing.</param>
internal sealed record TimeSeries(string Label, int Period, SortedList<long, double> Values)
{
    public TimeSeries Select(Func<double, double> change) => With(Values.Select(v => KeyValuePair.Create(v.Key, change(v.Value))));

    /// <summary>The same series with other values; those that are no numbers (a division by zero) are left out.</summary>
    public TimeSeries With(IEnumerable<KeyValuePair<long, double>> values)
    {
        var list = new SortedList<long, double>();
        foreach (var (at, value) in values)
            if (double.IsFinite(value))
                list.Add(at, value);
        return this with { Values = list };
    }

    /// <summary>Joins two series where both have a value.</summary>
    public TimeSeries Zip(TimeSeries other, Func<double, double, double> join) =>
        (this with { Period = Math.Max(Period, other.Period) }).With(Values.Where(v => other.Values.ContainsKey(v.Key))
            .Select(v => KeyValuePair.Create(v.Key, join(v.Value, other.Values[v.Key]))));

    /// <summary>Joins many series at every time that one of them has.</summary>
    public static TimeSeries Merge(IReadOnlyList<TimeSeries> all, Func<IEnumerable<double>, double> join)
    {
        var first = new TimeSeries("", all.Count == 0 ? 60 : all.Max(s => s.Period), []);
        return first.With(all.SelectMany(s => s.Values).GroupBy(v => v.Key, v => v.Value).Select(g => KeyValuePair.Create(g.Key, join(g))));
    }
}
