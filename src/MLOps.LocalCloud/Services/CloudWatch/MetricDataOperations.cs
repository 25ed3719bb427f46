using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>PutMetricData and ListMetrics.</summary>
internal sealed class MetricDataOperations(MetricStore store, TimeProvider time) : IOperations
{
    private const int PageSize = 500;
    private static readonly double Largest = Math.Pow(2, 360);
    private static readonly TimeSpan TwoWeeks = TimeSpan.FromDays(14);

    public void Map(OperationMap map) => map
        .On("cloudwatch", "PutMetricData", Put)
        .On("cloudwatch", "ListMetrics", List);

    private JsonObject Put(OperationCall call)
    {
        var space = call.Input.Required("Namespace");
        if (space.StartsWith("AWS/", StringComparison.Ordinal))
            throw CloudWatchErrors.InvalidValue("The value AWS/ for parameter Namespace is invalid.");
        var data = call.Input.Objects("MetricData").Concat(call.Input.Objects("EntityMetricData").SelectMany(e => e.Objects("MetricData"))).ToList();
        if (data.Count == 0)
            throw CloudWatchErrors.Missing("MetricData");
        // All of them or none: nothing is recorded before all are read.
        foreach (var (sample, set) in data.Select(d => Read(space, d)).ToList())
            store.Record(call.Scope, sample, set);
        store.Flush();
        return [];
    }

    private (MetricSample Sample, Statistics Set) Read(string space, JsonObject datum)
    {
        var now = time.GetUtcNow();
        var at = datum.Time("Timestamp") ?? now;
        if (at < now - TwoWeeks || at > now.AddHours(2))
            throw CloudWatchErrors.InvalidValue("The parameter MetricData.member.Timestamp must specify a time within the past two weeks and no more than two hours ahead.");
        var set = new Statistics();
        var values = MetricMembers.Numbers(datum, "Values");
        var given = (datum.ContainsKey("Value") ? 1 : 0) + (datum.ContainsKey("StatisticValues") ? 1 : 0) + (values.Count > 0 ? 1 : 0);
        if (given == 0)
            throw CloudWatchErrors.Missing("MetricData.member.Value");
        if (given > 1)
            throw CloudWatchErrors.InvalidCombination("The parameters MetricData.member.Value, MetricData.member.Values and MetricData.member.StatisticValues are mutually exclusive and you have specified more than one.");
        if (datum.Number("Value") is { } value)
            set.Add(Checked(value));
        if (datum.Object("StatisticValues") is { } statistics)
            AddSet(set, statistics);
        var counts = MetricMembers.Numbers(datum, "Counts");
        if (counts.Count > 0 && counts.Count != values.Count)
            throw CloudWatchErrors.InvalidValue("The parameters MetricData.member.Values and MetricData.member.Counts must be of the same size.");
        for (var i = 0; i < values.Count; i++)
            set.Add(Checked(values[i]), counts.Count > 0 ? Checked(counts[i]) : 1);
        return (new MetricSample(space, datum.Required("MetricName"), MetricMembers.Dimensions(datum), 0, datum.Text("Unit") ?? "None", at), set);
    }

    private static void AddSet(Statistics set, JsonObject sent)
    {
        var (count, sum, minimum, maximum) = (Member("SampleCount"), Member("Sum"), Member("Minimum"), Member("Maximum"));
        if (count <= 0 || minimum > maximum)
            throw CloudWatchErrors.InvalidValue("The parameter MetricData.member.StatisticValues must have a positive SampleCount and a Minimum that is not above its Maximum.");
        set.AddSet(count, sum, minimum, maximum);

        double Member(string name) => Checked(sent.Number(name) ?? throw CloudWatchErrors.Missing("MetricData.member.StatisticValues." + name));
    }

    private static double Checked(double value) => double.IsFinite(value) && Math.Abs(value) <= Largest
        ? value : throw CloudWatchErrors.InvalidValue($"The value {value} for parameter MetricData.member.Value is invalid.");

    private JsonObject List(OperationCall call)
    {
        var filters = call.Input.Objects("Dimensions").Select(f => (Name: f.Required("Name"), Value: f.Text("Value"))).ToList();
        var since = time.GetUtcNow() - (call.Input.Text("RecentlyActive") is null ? TwoWeeks : TimeSpan.FromHours(3));
        var found = store.List(call.Scope, call.Input.Text("Namespace"), call.Input.Text("MetricName"), since)
            .Select(k => (Key: k, Dimensions: k.ReadDimensions()))
            .Where(m => filters.All(f => m.Dimensions.Any(d => d.Name == f.Name && (f.Value is null || d.Value == f.Value))))
            .ToList();
        var (page, next) = Paging.Take(found, m => $"{m.Key.Namespace}\n{m.Key.Name}\n{m.Key.Dimensions}", call.Input.Text("NextToken"), PageSize,
            () => CloudWatchErrors.InvalidValue("The parameter NextToken is invalid."));
        return new JsonObject
        {
            ["Metrics"] = page.Select(m => new JsonObject
            {
                ["Namespace"] = m.Key.Namespace, ["MetricName"] = m.Key.Name, ["Dimensions"] = MetricMembers.Dimensions(m.Dimensions),
            }).ToJson(),
            ["NextToken"] = next,
        };
    }
}
