using System.Globalization;
using System.Text.Json;
using MLOps.Cloud.Endpoints;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>How the traffic of an endpoint is shared between its variants, in per cent; together 100.</summary>
public sealed class Shares
{
    /// <summary>Two shares are the same when they are no farther apart: SageMaker keeps weights as single-precision numbers.</summary>
    private const double Same = 0.01;

    private readonly IReadOnlyList<KeyValuePair<string, double>> all;

    public Shares(IEnumerable<KeyValuePair<string, double>> percents) => all = [.. percents];

    /// <summary>Variants and their shares, in the endpoint's order.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> All => all;

    public double this[string variant] => all.FirstOrDefault(s => s.Key == variant).Value;

    /// <summary>What the endpoint is asked to do: its variants' desired weights.</summary>
    public static Shares Of(EndpointSummary endpoint)
    {
        var sum = endpoint.Variants.Sum(v => v.DesiredWeight);
        return new(endpoint.Variants.Select(v => KeyValuePair.Create(v.Name, sum > 0 ? v.DesiredWeight / sum * 100 : 0)));
    }

    /// <summary>All traffic for one variant.</summary>
    public Shares AllTo(string variant) => new(all.Select(s => KeyValuePair.Create(s.Key, s.Key == variant ? 100.0 : 0)));

    /// <summary>What is wrong with them, in words that say what to do; null where nothing is.</summary>
    public string? Fault() =>
        all.Any(s => s.Value is not (>= 0 and <= 100)) ? "A share is a number between 0 and 100 per cent."
        : Math.Abs(all.Sum(s => s.Value) - 100) > Same ? $"The shares make {Percent(all.Sum(s => s.Value))} together; they must make 100 %."
        : null;

    public bool Equal(Shares other) => all.Count == other.all.Count && all.All(s => other.all.Any(o => o.Key == s.Key && Math.Abs(o.Value - s.Value) <= Same));

    /// <summary>Weights as SageMaker takes them: relative, here parts of 1.</summary>
    public IReadOnlyDictionary<string, double> ToWeights() => all.ToDictionary(s => s.Key, s => Math.Round(s.Value / 100, 6));

    /// <summary>For people: <c>Champion 90 %, Challenger 10 %</c>.</summary>
    public string Words => string.Join(", ", all.Select(s => $"{s.Key} {Percent(s.Value)}"));

    /// <summary><c>12.5 %</c></summary>
    public static string Percent(double share) => share.ToString("0.##", CultureInfo.InvariantCulture) + " %";

    public string ToJson() => JsonSerializer.Serialize(all.ToDictionary(s => s.Key, s => Math.Round(s.Value, 4)));

    /// <summary>Reads what <see cref="ToJson"/> wrote; no shares where the text is empty.</summary>
    public static Shares Read(string json) => new(json.Length == 0 ? [] : JsonSerializer.Deserialize<Dictionary<string, double>>(json) ?? []);
}
