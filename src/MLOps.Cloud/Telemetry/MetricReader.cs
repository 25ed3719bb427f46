using Amazon.CloudWatch;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;
using Aws = Amazon.CloudWatch.Model;

namespace MLOps.Cloud.Telemetry;

/// <summary>A series to read from CloudWatch.</summary>
/// <param name="Stat"><c>Sum</c>, <c>Average</c>, <c>p99</c>…</param>
/// <param name="Scale">What a value is multiplied by, to come to <paramref name="Unit"/>.</param>
internal sealed record MetricQuery(
    string Id, string Label, string Unit, string Namespace, string Name, string Stat, IReadOnlyList<KeyValuePair<string, string>> Dimensions, double Scale = 1);

/// <summary>Reads metrics of CloudWatch.</summary>
internal sealed class MetricReader(ICloudClients clients)
{
    // GetMetricData takes 500 queries a call.
    private const int QueriesAtOnce = 500;
    private const int MostPoints = 300;

    /// <summary>A period with which a span has at most 300 points: a multiple of a minute, or 10 or 30 s where the finest allows.</summary>
    public static TimeSpan Period(TimeSpan span, TimeSpan finest)
    {
        var seconds = span.TotalSeconds / MostPoints;
        foreach (var fine in (ReadOnlySpan<int>)[10, 30])
            if (seconds <= fine && finest.TotalSeconds <= fine)
                return TimeSpan.FromSeconds(fine);
        return TimeSpan.FromMinutes(Math.Max(1, Math.Ceiling(seconds / 60)));
    }

    /// <summary>The series in the order of the queries; a series that was never measured has no points.</summary>
    public async Task<IReadOnlyList<MetricSeries>> ReadAsync(
        string connection, IReadOnlyList<MetricQuery> queries, DateTimeOffset from, DateTimeOffset until, TimeSpan period, CancellationToken cancelled)
    {
        var points = new List<MetricPoint>[queries.Count];
        for (var first = 0; first < queries.Count; first += QueriesAtOnce)
        {
            var request = new Aws.GetMetricDataRequest
            {
                StartTime = from.UtcDateTime,
                EndTime = until.UtcDateTime,
                ScanBy = ScanBy.TimestampAscending,
                MetricDataQueries = [.. queries.Skip(first).Take(QueriesAtOnce).Select((q, i) => Query(q, first + i, period))],
            };
            do
            {
                var answer = await clients.Get<IAmazonCloudWatch>(connection).GetMetricDataAsync(request, cancelled);
                foreach (var result in answer.MetricDataResults.OrEmpty())
                {
                    var index = int.Parse(result.Id.AsSpan(1));
                    var scale = queries[index].Scale;
                    (points[index] ??= []).AddRange(result.Timestamps.OrEmpty().Zip(result.Values.OrEmpty(), (at, value) => new MetricPoint(at.Time(), value * scale)));
                }
                request.NextToken = answer.NextToken;
            }
            while (!string.IsNullOrEmpty(request.NextToken));
        }
        return [.. queries.Select((q, i) => new MetricSeries(q.Id, q.Label, q.Unit, (points[i] ?? []).OrderBy(p => p.At).ToValueList()))];
    }

    private static Aws.MetricDataQuery Query(MetricQuery query, int index, TimeSpan period) => new()
    {
        Id = $"q{index}",
        MetricStat = new Aws.MetricStat
        {
            Metric = new Aws.Metric
            {
                Namespace = query.Namespace,
                MetricName = query.Name,
                Dimensions = [.. query.Dimensions.Select(d => new Aws.Dimension { Name = d.Key, Value = d.Value })],
            },
            Period = (int)period.TotalSeconds,
            Stat = query.Stat,
        },
    };
}
