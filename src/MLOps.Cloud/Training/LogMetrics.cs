using System.Globalization;
using System.Text.RegularExpressions;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Training;

/// <summary>Reads metrics out of a log by a training job's metric definitions, as SageMaker does.</summary>
internal static class LogMetrics
{
    // The expressions are the model's author's: one that backtracks for ever must not take the portal with it.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>One series a metric that has values. A definition that is no expression, or too slow, has none.</summary>
    public static IReadOnlyList<MetricSeries> Read(IEnumerable<MetricDefinition> definitions, IReadOnlyList<LogLine> lines)
    {
        var series = new List<MetricSeries>();
        foreach (var definition in definitions)
        {
            var points = Points(definition.Regex, lines);
            if (points.Count > 0)
                series.Add(new MetricSeries(definition.Name, definition.Name, "None", points.ToValueList()));
        }
        return series;
    }

    private static List<MetricPoint> Points(string expression, IReadOnlyList<LogLine> lines)
    {
        var points = new List<MetricPoint>();
        try
        {
            var regex = new Regex(expression, RegexOptions.CultureInvariant, Patience);
            foreach (var line in lines)
                foreach (Match match in regex.Matches(line.Message))
                    if (match.Groups.Count > 1 && double.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                        points.Add(new MetricPoint(line.At, value));
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or ArgumentException)
        {
            return [];
        }
        return points;
    }
}
