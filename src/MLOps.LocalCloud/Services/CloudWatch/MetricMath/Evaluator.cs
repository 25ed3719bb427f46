using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch.MetricMath;

/// <summary>What an expression is worth: a number, a series or several series.</summary>
internal abstract record MathValue
{
    public sealed record Scalar(double Value) : MathValue;

    public sealed record Series(TimeSeries Value) : MathValue;

    public sealed record Many(IReadOnlyList<TimeSeries> Values) : MathValue;
}

/// <summary>Reckons metric math over the other queries of a request.</summary>
/// <param name="expression">For messages.</param>
/// <param name="lookUp">The value of another query by its id; null where there is none.</param>
/// <param name="metrics">The series of all queries that are metrics, for METRICS().</param>
internal sealed class Evaluator(string expression, Func<string, MathValue?> lookUp, Func<IReadOnlyList<(string Id, TimeSeries Series)>> metrics)
{
    public MathValue Evaluate(Expression node) => node switch
    {
        NumberExpression number => new MathValue.Scalar(number.Value),
        NameExpression name => lookUp(name.Name) ?? throw Fault($"{name.Name} is no id of this request's queries"),
        UnaryExpression unary => Map(Evaluate(unary.Operand), v => -v),
        BinaryExpression binary => Join(Evaluate(binary.Left), Evaluate(binary.Right), Operator(binary.Operator)),
        ListExpression list => new MathValue.Many([.. list.Items.SelectMany(i => SeriesOf(Evaluate(i)))]),
        CallExpression call => Call(call),
        _ => throw Fault("a text is only expected in METRICS()"),
    };

    private MathValue Call(CallExpression call) => (call.Function, call.Arguments.Count) switch
    {
        ("METRICS", 0) => new MathValue.Many([.. metrics().Select(m => m.Series)]),
        ("METRICS", 1) when call.Arguments[0] is TextExpression part =>
            new MathValue.Many([.. metrics().Where(m => m.Id.Contains(part.Value, StringComparison.Ordinal)).Select(m => m.Series)]),
        ("SUM", 1) => Reduce(call, v => v.Sum()),
        ("AVG", 1) => Reduce(call, v => v.Average()),
        ("MIN", 1) => Reduce(call, v => v.Min()),
        ("MAX", 1) => Reduce(call, v => v.Max()),
        ("STDDEV", 1) => Reduce(call, Deviation),
        ("METRIC_COUNT", 1) => new MathValue.Scalar(SeriesOf(Evaluate(call.Arguments[0])).Count),
        ("ABS", 1) => Map(Evaluate(call.Arguments[0]), Math.Abs),
        ("CEIL", 1) => Map(Evaluate(call.Arguments[0]), Math.Ceiling),
        ("FLOOR", 1) => Map(Evaluate(call.Arguments[0]), Math.Floor),
        ("LOG", 1) => Map(Evaluate(call.Arguments[0]), Math.Log),
        ("LOG10", 1) => Map(Evaluate(call.Arguments[0]), Math.Log10),
        ("PERIOD", 1) => new MathValue.Scalar(One(call).Period),
        ("DIFF", 1) => MapSeries(call, s => s.With(Steps(s).Select(p => KeyValuePair.Create(p.At, p.Change)))),
        ("RATE", 1) => MapSeries(call, s => s.With(Steps(s).Select(p => KeyValuePair.Create(p.At, p.Change / p.Seconds)))),
        ("RUNNING_SUM", 1) => MapSeries(call, RunningSum),
        ("FILL", 2) => MapSeries(call, s => Filling.Fill(s, call.Arguments[1], () => Number(call.Arguments[1]))),
        ("IF", 2) => If(call, new MathValue.Scalar(double.NaN)),
        ("IF", 3) => If(call, Evaluate(call.Arguments[2])),
        _ => throw Fault($"the function {call.Function} with {call.Arguments.Count} arguments is not offered by the local cloud"),
    };

    /// <summary>Over several series: at each time. Over one: a number.</summary>
    private MathValue Reduce(CallExpression call, Func<IEnumerable<double>, double> reduce) => Evaluate(call.Arguments[0]) switch
    {
        MathValue.Many many => new MathValue.Series(TimeSeries.Merge(many.Values, reduce)),
        MathValue.Series { Value.Values.Count: > 0 } series => new MathValue.Scalar(reduce(series.Value.Values.Values)),
        MathValue.Series => new MathValue.Scalar(double.NaN),
        var scalar => scalar,
    };

    private MathValue If(CallExpression call, MathValue otherwise)
    {
        var (condition, then) = (Evaluate(call.Arguments[0]), Evaluate(call.Arguments[1]));
        if (condition is MathValue.Scalar { Value: var flag })
            return flag != 0 ? then : otherwise;
        if (condition is not MathValue.Series { Value: var series })
            throw Fault("the condition of IF must be a number or one series");
        return new MathValue.Series(series.With(series.Values
            .Select(v => (v.Key, Chosen: v.Value != 0 ? then : otherwise))
            .Select(v => KeyValuePair.Create(v.Key, v.Chosen switch
            {
                MathValue.Scalar scalar => scalar.Value,
                MathValue.Series chosen => chosen.Value.Values.TryGetValue(v.Key, out var value) ? value : double.NaN,
                _ => throw Fault("IF chooses between numbers and single series"),
            }))));
    }

    private static MathValue Map(MathValue value, Func<double, double> change) => value switch
    {
        MathValue.Scalar scalar => new MathValue.Scalar(change(scalar.Value)),
        MathValue.Series series => new MathValue.Series(series.Value.Select(change)),
        MathValue.Many many => new MathValue.Many([.. many.Values.Select(s => s.Select(change))]),
        _ => value,
    };

    private MathValue MapSeries(CallExpression call, Func<TimeSeries, TimeSeries> change) => Evaluate(call.Arguments[0]) switch
    {
        MathValue.Series series => new MathValue.Series(change(series.Value)),
        MathValue.Many many => new MathValue.Many([.. many.Values.Select(change)]),
        _ => throw Fault($"{call.Function} needs a series"),
    };

    private MathValue Join(MathValue left, MathValue right, Func<double, double, double> join) => (left, right) switch
    {
        (MathValue.Scalar a, MathValue.Scalar b) => new MathValue.Scalar(join(a.Value, b.Value)),
        (_, MathValue.Scalar b) => Map(left, v => join(v, b.Value)),
        (MathValue.Scalar a, _) => Map(right, v => join(a.Value, v)),
        (MathValue.Series a, MathValue.Series b) => new MathValue.Series(a.Value.Zip(b.Value, join)),
        (MathValue.Many a, MathValue.Series b) => new MathValue.Many([.. a.Values.Select(s => s.Zip(b.Value, join))]),
        (MathValue.Series a, MathValue.Many b) => new MathValue.Many([.. b.Values.Select(s => a.Value.Zip(s, join))]),
        _ => throw Fault("an operator stands between two lists of series"),
    };

    private static Func<double, double, double> Operator(string name) => name switch
    {
        "+" => (a, b) => a + b,
        "-" => (a, b) => a - b,
        "*" => (a, b) => a * b,
        "/" => (a, b) => a / b,
        "^" => Math.Pow,
        "<" => (a, b) => a < b ? 1 : 0,
        ">" => (a, b) => a > b ? 1 : 0,
        "<=" => (a, b) => a <= b ? 1 : 0,
        ">=" => (a, b) => a >= b ? 1 : 0,
        "==" => (a, b) => a == b ? 1 : 0,
        "!=" => (a, b) => a != b ? 1 : 0,
        "AND" or "&&" => (a, b) => a != 0 && b != 0 ? 1 : 0,
        _ => (a, b) => a != 0 || b != 0 ? 1 : 0,
    };

    private static TimeSeries RunningSum(TimeSeries series)
    {
        var sum = 0.0;
        return series.Select(v => sum += v);
    }

    private static IEnumerable<(long At, double Change, long Seconds)> Steps(TimeSeries series) =>
        series.Values.Zip(series.Values.Skip(1), (a, b) => (b.Key, b.Value - a.Value, b.Key - a.Key));

    private static double Deviation(IEnumerable<double> values)
    {
        var all = values.ToList();
        var mean = all.Average();
        return Math.Sqrt(all.Average(v => (v - mean) * (v - mean)));
    }

    private static IReadOnlyList<TimeSeries> SeriesOf(MathValue value) => value switch
    {
        MathValue.Series series => [series.Value],
        MathValue.Many many => many.Values,
        _ => [],
    };

    private TimeSeries One(CallExpression call) =>
        Evaluate(call.Arguments[0]) is MathValue.Series series ? series.Value : throw Fault($"{call.Function} needs one series");

    private double Number(Expression argument) =>
        Evaluate(argument) is MathValue.Scalar scalar ? scalar.Value : throw Fault("FILL needs a number, REPEAT or LINEAR");

    private AwsException Fault(string why) => CloudWatchErrors.Validation($"Error in expression '{expression}': {why}");
}
