using MLOps.Cloud.Values;
using MLOps.Portal.Features.Approvals.Gates;

namespace MLOps.Portal.Features.Approvals;

/// <summary>Which way of a metric is the good one.</summary>
public enum MetricDirection
{
    Unknown,
    HigherIsBetter,
    LowerIsBetter,
}

/// <summary>A metric of the candidate beside production's.</summary>
public sealed record MetricPair(string Name, double? Candidate, double? Production, MetricDirection Direction)
{
    /// <summary>How far the candidate is from production; null where one of them did not measure it.</summary>
    public double? Change => Candidate - Production;

    /// <summary>Whether the candidate is better (true) or worse (false); null where it is equal or nobody can say.</summary>
    public bool? IsBetter => (Change, Direction) switch
    {
        (null or 0, _) or (_, MetricDirection.Unknown) => null,
        ({ } change, MetricDirection.HigherIsBetter) => change > 0,
        ({ } change, _) => change < 0,
    };
}

/// <summary>Puts the metrics of two jobs side by side.</summary>
public static class MetricComparison
{
    private static readonly string[] Lower = ["loss", "error", "mse", "mae", "rmse", "mape", "perplexity", "latency", "brier"];
    private static readonly string[] Higher = ["accuracy", "f1", "auc", "precision", "recall", "score", "r2", "map", "ndcg", "kappa", "iou", "bleu"];

    /// <param name="rules">The gate's rules: what one asks to be high or low is better so, whatever its name suggests.</param>
    public static IReadOnlyList<MetricPair> Pair(IEnumerable<MetricValue> candidate, IEnumerable<MetricValue> production, IReadOnlyList<GateRule>? rules = null)
    {
        var (challenger, champion) = (Last(candidate), Last(production));
        return
        [
            .. challenger.Keys.Concat(champion.Keys.Where(name => !challenger.ContainsKey(name)))
                .Select(name => new MetricPair(name, Find(challenger, name), Find(champion, name), DirectionOf(name, rules ?? []))),
        ];
    }

    private static MetricDirection DirectionOf(string name, IReadOnlyList<GateRule> rules) =>
        rules.Select(r => r.Wants(name)).FirstOrDefault(d => d != MetricDirection.Unknown) is var wanted and not MetricDirection.Unknown ? wanted : DirectionOf(name);

    /// <summary>Read from the metric's name: <c>validation:log_loss</c> shall be low, <c>f1</c> high.</summary>
    public static MetricDirection DirectionOf(string name)
    {
        var words = name.ToLowerInvariant().Split(':', '_', '-', '.', '/', ' ');
        return words.Any(Lower.Contains) ? MetricDirection.LowerIsBetter : words.Any(Higher.Contains) ? MetricDirection.HigherIsBetter : MetricDirection.Unknown;
    }

    private static Dictionary<string, double> Last(IEnumerable<MetricValue> metrics)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var metric in metrics)
            values[metric.Name] = metric.Value;
        return values;
    }

    private static double? Find(Dictionary<string, double> values, string name) => values.TryGetValue(name, out var value) ? value : null;
}
