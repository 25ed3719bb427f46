namespace MLOps.LocalCloud.Services.CloudWatch.MetricMath;

/// <summary>FILL(): values for the periods between the first and the last that have none.</summary>
internal static class Filling
{
    public static TimeSeries Fill(TimeSeries series, Expression how, Func<double> constant)
    {
        if (series.Values.Count < 2)
            return series;
        var filled = new List<KeyValuePair<long, double>>();
        foreach (var (before, after) in series.Values.Zip(series.Values.Skip(1)))
        {
            filled.Add(before);
            for (var at = before.Key + series.Period; at < after.Key; at += series.Period)
                filled.Add(KeyValuePair.Create(at, how switch
                {
                    NameExpression { Name: "REPEAT" } => before.Value,
                    NameExpression { Name: "LINEAR" } => before.Value + ((after.Value - before.Value) * (at - before.Key) / (after.Key - before.Key)),
                    _ => constant(),
                }));
        }
        filled.Add(series.Values.Last());
        return series.With(filled);
    }
}
