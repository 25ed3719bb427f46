using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.CloudWatch.MetricMath;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>Answers a list of <c>MetricDataQuery</c>: metrics, and expressions over them.</summary>
internal sealed class MetricQueries(MetricReader reader)
{
    /// <summary>The series of each query that returns data, in the order of the queries; an expression may return several.</summary>
    /// <exception cref="AwsException">ValidationError: what is wrong with which query.</exception>
    public IReadOnlyList<(string Id, TimeSeries Series)> Run(Scope scope, IReadOnlyList<JsonObject> queries, DateTimeOffset from, DateTimeOffset to)
    {
        var byId = new Dictionary<string, JsonObject>();
        foreach (var query in queries)
        {
            if (!byId.TryAdd(query.Required("Id"), query))
                throw CloudWatchErrors.Validation($"The value for query Id '{query.Required("Id")}' is not unique");
            if (query.ContainsKey("MetricStat") == query.ContainsKey("Expression"))
                throw CloudWatchErrors.Validation($"Query {query.Required("Id")} must have either MetricStat or Expression, and not both");
        }
        var run = new Request(reader, scope, byId, from, to);
        var answers = new List<(string, TimeSeries)>();
        foreach (var query in queries.Where(q => q.Flag("ReturnData") ?? true))
        {
            var id = query.Required("Id");
            var value = run.Value(id)!;
            IReadOnlyList<TimeSeries> series = value switch
            {
                MathValue.Series one => [query.ContainsKey("Expression") ? one.Value with { Label = id } : one.Value],
                MathValue.Many many => many.Values,
                _ => throw CloudWatchErrors.Validation($"Error in expression '{id}': the expression must return a time series"),
            };
            answers.AddRange(series.Select(s => (id, query.Text("Label") is { } label ? s with { Label = label } : s)));
        }
        return answers;
    }

    private sealed class Request(MetricReader reader, Scope scope, Dictionary<string, JsonObject> queries, DateTimeOffset from, DateTimeOffset to)
    {
        private readonly Dictionary<string, MathValue?> values = [];

        public MathValue? Value(string id)
        {
            if (!queries.TryGetValue(id, out var query))
                return null;
            if (values.TryGetValue(id, out var known))
                return known ?? throw CloudWatchErrors.Validation($"Query {id} refers to itself");
            values[id] = null;
            return values[id] = query.Object("MetricStat") is { } stat
                ? new MathValue.Series(reader.Read(scope, stat, from, to))
                : Evaluate(query.Required("Expression"));
        }

        private MathValue Evaluate(string expression) =>
            new Evaluator(expression, Value, Metrics).Evaluate(ExpressionParser.Parse(expression));

        private IReadOnlyList<(string, TimeSeries)> Metrics() =>
            [.. queries.Where(q => q.Value.ContainsKey("MetricStat")).Select(q => (q.Key, ((MathValue.Series)Value(q.Key)!).Value))];
    }
}
