using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>How a rule came out.</summary>
public enum RuleState
{
    Passed,
    Failed,

    /// <summary>It compares with production, and there is no production yet: it holds nobody up.</summary>
    NotApplicable,

    /// <summary>What it needs is still being measured.</summary>
    Pending,
}

/// <summary>A rule and how it came out.</summary>
/// <param name="Why">The numbers, or why there are none.</param>
public sealed record RuleResult(GateRule Rule, RuleState State, string Why);

/// <summary>Something that must hold before a candidate is approved.</summary>
public sealed class GateRule : IEquatable<GateRule>
{
    private readonly RuleTerm left;
    private readonly RuleTerm right;
    private readonly string comparison;

    private GateRule(string text)
    {
        Text = text.Trim();
        (left, comparison, right) = RuleParser.Parse(Text);
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <exception cref="FormatException">It is no rule; the message says where and what is missing.</exception>
    public static GateRule Parse(string text) => new(text);

    public RuleResult Check(Measures measures)
    {
        var (was, shall) = (left.Value(measures), right.Value(measures));
        var gap = was.Gap != MeasureGap.None ? was : shall;
        if (gap.Gap != MeasureGap.None)
        {
            var state = gap.Gap switch { MeasureGap.NoProduction => RuleState.NotApplicable, MeasureGap.Pending => RuleState.Pending, _ => RuleState.Failed };
            return new RuleResult(this, state, gap.Why);
        }
        if (!double.IsFinite(was.Amount) || !double.IsFinite(shall.Amount))
            return new RuleResult(this, RuleState.Failed, "It cannot be computed from what was measured.");
        return new RuleResult(this, Holds(was.Amount, shall.Amount) ? RuleState.Passed : RuleState.Failed, $"{Words.Number(was.Amount)} {comparison} {Words.Number(shall.Amount)}");
    }

    /// <summary>Which way of a metric the rule asks for; unknown where the metric does not stand alone on one of its sides.</summary>
    public MetricDirection Wants(string metric) => (left, comparison, right) switch
    {
        (RuleTerm.Metric named, ">=" or ">", _) when Means(named, metric) => MetricDirection.HigherIsBetter,
        (RuleTerm.Metric named, "<=" or "<", _) when Means(named, metric) => MetricDirection.LowerIsBetter,
        (_, ">=" or ">", RuleTerm.Metric named) when Means(named, metric) => MetricDirection.LowerIsBetter,
        (_, "<=" or "<", RuleTerm.Metric named) when Means(named, metric) => MetricDirection.HigherIsBetter,
        _ => MetricDirection.Unknown,
    };

    // The part after the last colon will do in a rule.
    private static bool Means(RuleTerm.Metric named, string metric) => metric == named.Name || metric.EndsWith(':' + named.Name, StringComparison.Ordinal);

    public bool Equals(GateRule? other) => other?.Text == Text;

    public override bool Equals(object? obj) => Equals(obj as GateRule);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    // 0.9667 - 0.01 is not quite 0.9567 in binary: nobody shall be refused by the last digit of a double.
    private bool Holds(double was, double shall)
    {
        var equal = Math.Abs(was - shall) <= 1e-9 * Math.Max(1, Math.Max(Math.Abs(was), Math.Abs(shall)));
        return comparison switch
        {
            ">=" => equal || was > shall,
            "<=" => equal || was < shall,
            ">" => !equal && was > shall,
            "<" => !equal && was < shall,
            "==" => equal,
            _ => !equal,
        };
    }
}
