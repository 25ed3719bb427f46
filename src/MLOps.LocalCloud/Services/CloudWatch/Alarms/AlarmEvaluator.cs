using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch.Alarms;

/// <summary>Finds the state of an alarm from the metrics of the last whole periods.</summary>
internal sealed class AlarmEvaluator(MetricQueries queries)
{
    /// <summary>Periods beyond the evaluated ones that are looked at for a value where one is missing.</summary>
    private const int Slack = 2;

    /// <summary>The state that the alarm should have now; null where it keeps the one it has.</summary>
    public AlarmState? Evaluate(Scope scope, JsonObject alarm, DateTimeOffset now)
    {
        var (metrics, period) = Metrics(alarm);
        var wanted = alarm.Whole("EvaluationPeriods") ?? 1;
        var end = now.ToUnixTimeSeconds() / period * period;
        var start = end - ((long)(wanted + Slack) * period);
        var series = queries.Run(scope, metrics, DateTimeOffset.FromUnixTimeSeconds(start), DateTimeOffset.FromUnixTimeSeconds(end));
        var recent = series.Count == 0 ? [] : series[0].Series.Values.Reverse().Take(wanted).Select(v => v.Value).ToList();
        return Judge(alarm, recent, now);
    }

    /// <summary>Judges the newest values, newest first, as the documentation's tables of missing data have it.</summary>
    public static AlarmState? Judge(JsonObject alarm, IReadOnlyList<double> recent, DateTimeOffset now)
    {
        var wanted = alarm.Whole("EvaluationPeriods") ?? 1;
        var toAlarm = alarm.Whole("DatapointsToAlarm") ?? wanted;
        var threshold = alarm.Number("Threshold")!.Value;
        var breaching = recent.Count(v => Breaches(alarm.Required("ComparisonOperator"), v, threshold));
        var missing = wanted - recent.Count;
        var value = (alarm.Text("TreatMissingData") ?? "missing") switch
        {
            "breaching" => breaching + missing >= toAlarm ? "ALARM" : "OK",
            "notBreaching" => breaching >= toAlarm ? "ALARM" : "OK",
            "ignore" => breaching >= toAlarm ? "ALARM" : recent.Count - breaching > wanted - toAlarm ? "OK" : null,
            _ => recent.Count == 0 ? "INSUFFICIENT_DATA" : breaching >= Math.Min(toAlarm, recent.Count) ? "ALARM" : "OK",
        };
        if (value is null || value == alarm.Text("StateValue"))
            return null;
        var shown = string.Join(", ", recent);
        var reason = recent.Count == 0
            ? $"Insufficient Data: {missing} datapoint{(missing == 1 ? " was" : "s were")} unknown."
            : $"Threshold Crossed: {(value == "ALARM" ? breaching : recent.Count - breaching)} out of the last {wanted} datapoints [{shown}] "
                + $"{(value == "ALARM" ? "crossed" : "did not cross")} the threshold ({threshold}) (minimum {toAlarm} datapoint{(toAlarm == 1 ? "" : "s")} for OK -> ALARM transition).";
        return new AlarmState(value, reason, new JsonObject
        {
            ["version"] = "1.0",
            ["queryDate"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'"),
            ["recentDatapoints"] = new JsonArray([.. recent.Reverse().Select(v => JsonValue.Create(v))]),
            ["threshold"] = threshold,
        });
    }

    private static bool Breaches(string comparison, double value, double threshold) => comparison switch
    {
        "GreaterThanOrEqualToThreshold" => value >= threshold,
        "GreaterThanThreshold" => value > threshold,
        "LessThanThreshold" => value < threshold,
        _ => value <= threshold,
    };

    private static (IReadOnlyList<JsonObject> Metrics, int Period) Metrics(JsonObject alarm)
    {
        var many = alarm.Objects("Metrics").ToList();
        if (many.Count > 0)
            return (many, many.Max(m => m.Object("MetricStat")?.Whole("Period") ?? m.Whole("Period") ?? 1));
        var period = alarm.Whole("Period") ?? 60;
        return ([new JsonObject
        {
            ["Id"] = "m1",
            ["MetricStat"] = new JsonObject
            {
                ["Metric"] = alarm.Pick("Namespace", "MetricName", "Dimensions"), ["Period"] = period,
                ["Stat"] = alarm.Text("Statistic") ?? alarm.Text("ExtendedStatistic"), ["Unit"] = alarm["Unit"].Copy(),
            },
        }], period);
    }
}
