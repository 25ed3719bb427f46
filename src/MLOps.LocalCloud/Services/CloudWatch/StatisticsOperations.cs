using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>GetMetricStatistics.</summary>
internal sealed class StatisticsOperations(MetricReader reader) : IOperations
{
    private const int MostDatapoints = 1440;

    public void Map(OperationMap map) => map.On("cloudwatch", "GetMetricStatistics", Get);

    private JsonObject Get(OperationCall call)
    {
        var input = call.Input;
        var (statistics, extended) = (input.Texts("Statistics").ToList(), input.Texts("ExtendedStatistics").ToList());
        if (statistics.Count + extended.Count == 0)
            throw CloudWatchErrors.InvalidCombination("At least one of the parameters Statistics and ExtendedStatistics must be specified.");
        if (extended.FirstOrDefault(e => Statistics.PercentileOf(e) is null) is { } unknown)
            throw CloudWatchErrors.InvalidValue($"The value {unknown} for parameter ExtendedStatistics is invalid.");
        var period = MetricMembers.Period(input.Whole("Period"), CloudWatchErrors.InvalidValue);
        var (from, to) = (input.Time("StartTime")!.Value, input.Time("EndTime")!.Value);
        if (from >= to)
            throw CloudWatchErrors.InvalidValue("The parameter StartTime must be less than the parameter EndTime.");
        if ((to - from).TotalSeconds / period > MostDatapoints)
            throw CloudWatchErrors.InvalidCombination($"You have requested up to {Math.Ceiling((to - from).TotalSeconds / period)} datapoints, which exceeds the limit of {MostDatapoints}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.");
        var grain = Math.Min(period, 60);
        var aligned = DateTimeOffset.FromUnixTimeSeconds(from.ToUnixTimeSeconds() / grain * grain);
        var name = input.Required("MetricName");
        var key = MetricKey.Of(call.Scope, input.Required("Namespace"), name, MetricMembers.Dimensions(input));
        return new JsonObject
        {
            ["Label"] = name,
            ["Datapoints"] = reader.Periods(key, aligned, to, period, input.Text("Unit")).Select(p => Datapoint(p, statistics, extended)).ToJson(),
        };
    }

    private static JsonObject Datapoint((long At, string Unit, Statistics Statistics) period, List<string> statistics, List<string> extended)
    {
        var point = new JsonObject { ["Timestamp"] = period.At, ["Unit"] = period.Unit };
        foreach (var statistic in statistics)
            point[statistic] = period.Statistics.Get(statistic);
        var percentiles = extended.Select(e => KeyValuePair.Create(e, (JsonNode?)period.Statistics.Get(e))).Where(e => e.Value is not null).ToList();
        if (percentiles.Count > 0)
            point["ExtendedStatistics"] = new JsonObject(percentiles);
        return point;
    }
}
