using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>Finds the metrics that a job's MetricDefinitions describe in what it logs.</summary>
internal sealed class MetricWatch
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromMilliseconds(100);

    private readonly List<(string Name, Regex Pattern)> definitions;
    private readonly Dictionary<string, (double Value, DateTimeOffset At)> last = [];

    public MetricWatch(IEnumerable<JsonObject> metricDefinitions) =>
        definitions = [.. metricDefinitions.Select(d => (d.Required("Name"), Compile(d.Required("Regex"))))];

    /// <summary>The pattern of a metric.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.CultureInvariant, MatchLimit);

    /// <summary>The values in a line, by metric. A definition that takes too long on a line is not asked again; <paramref name="warn"/> says so.</summary>
    public IReadOnlyList<(string Name, double Value)> Read(string line, DateTimeOffset now, Action<string> warn)
    {
        if (definitions.Count == 0)
            return [];
        var found = new List<(string, double)>();
        foreach (var definition in definitions.ToArray())
        {
            try
            {
                foreach (Match match in definition.Pattern.Matches(line))
                    if (match.Groups.Count > 1 && double.TryParse(match.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                        found.Add((definition.Name, value));
            }
            catch (RegexMatchTimeoutException)
            {
                definitions.Remove(definition);
                warn($"The regular expression of the metric {definition.Name} takes too long and is not used any more.");
            }
        }
        foreach (var (name, value) in found)
            last[name] = (value, now);
        return found;
    }

    /// <summary>The last value of each metric, as FinalMetricDataList.</summary>
    public JsonArray Final() => new([.. last.Select(m => new JsonObject
    {
        ["MetricName"] = m.Key,
        ["Value"] = m.Value.Value,
        ["Timestamp"] = m.Value.At.ToEpoch(),
    })]);
}
