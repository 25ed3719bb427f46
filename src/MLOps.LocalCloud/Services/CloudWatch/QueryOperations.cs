using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>GetMetricData.</summary>
internal sealed class QueryOperations(MetricQueries queries) : IOperations
{
    private const int MostDatapoints = 100_800;
    private const int MostQueries = 500;

    public void Map(OperationMap map) => map.On("cloudwatch", "GetMetricData", Get);

    private JsonObject Get(OperationCall call)
    {
        var input = call.Input;
        var asked = input.Objects("MetricDataQueries").ToList();
        var (from, to) = (input.Time("StartTime")!.Value, input.Time("EndTime")!.Value);
        if (from >= to)
            throw CloudWatchErrors.Validation("The parameter StartTime must be less than the parameter EndTime");
        if (asked.Count > MostQueries)
            throw CloudWatchErrors.Validation($"The collection MetricDataQueries must not have a size greater than {MostQueries}.");
        var most = Math.Clamp(input.Whole("MaxDatapoints") ?? MostDatapoints, 1, MostDatapoints);
        var skip = ReadToken(input.Text("NextToken"));
        var ascending = input.Text("ScanBy") == "TimestampAscending";
        var results = new JsonArray();
        var (passed, room) = (0L, most);
        var more = false;
        foreach (var (id, series) in queries.Run(call.Scope, asked, from, to))
        {
            // The token counts the points that were answered before, over all series in a row.
            var points = ascending ? series.Values : series.Values.Reverse();
            var hidden = (int)Math.Clamp(skip - passed, 0, series.Values.Count);
            var shown = points.Skip(hidden).Take(room).ToList();
            passed += series.Values.Count;
            room -= shown.Count;
            var complete = hidden + shown.Count == series.Values.Count;
            more |= !complete;
            results.Add(new JsonObject
            {
                ["Id"] = id,
                ["Label"] = series.Label,
                ["Timestamps"] = new JsonArray([.. shown.Select(p => JsonValue.Create(p.Key))]),
                ["Values"] = new JsonArray([.. shown.Select(p => JsonValue.Create(p.Value))]),
                ["StatusCode"] = complete ? "Complete" : "PartialData",
            });
        }
        return new JsonObject { ["MetricDataResults"] = results, ["NextToken"] = more ? (skip + most).ToString() : null, ["Messages"] = new JsonArray() };
    }

    private static long ReadToken(string? token) => token is null ? 0
        : long.TryParse(token, out var skip) && skip > 0 ? skip : throw new AwsException("InvalidNextToken", "The next token specified is invalid.");
}
