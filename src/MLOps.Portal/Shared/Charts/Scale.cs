using System.Globalization;

namespace MLOps.Portal.Shared.Charts;

/// <summary>One axis of numbers or words, from 0 to 1: where a value lies on it, and what stands at its ends.</summary>
public sealed class Scale
{
    private const double WideRatio = 100;
    private readonly List<string>? words;
    private readonly double low;
    private readonly double high;
    private readonly bool log;
    private readonly double? only;

    /// <summary>An axis over these values; of numbers where each of them is one.</summary>
    /// <param name="isLog">Whether equal steps multiply, where all are above 0; where null, if they lie far apart.</param>
    public Scale(IEnumerable<string> values, bool? isLog = null)
    {
        var all = values.Where(v => v.Length > 0).ToList();
        var numbers = all.Select(Number).OfType<double>().ToList();
        if (all.Count == 0 || numbers.Count < all.Count)
        {
            words = [.. all.Distinct().Order(StringComparer.Ordinal)];
            return;
        }
        (low, high) = (numbers.Min(), numbers.Max());
        log = low > 0 && (isLog ?? high / low >= WideRatio);
        if (high - low < 1e-12)
            (only, low, high) = (low, low - 0.5, high + 0.5);
    }

    /// <summary>Whether it holds words and not numbers.</summary>
    public bool IsWords => words is not null;

    /// <summary>What stands at the beginning and at the end; words, and a value that all have, stand at their own places.</summary>
    public IReadOnlyList<(double Place, string Text)> Marks => words is not null
        ? [.. words.Select(w => (At(w)!.Value, w))]
        : only is { } value ? [(0.5, value.ToString("0.####", CultureInfo.InvariantCulture))]
        : [(0, low.ToString("0.####", CultureInfo.InvariantCulture)), (1, high.ToString("0.####", CultureInfo.InvariantCulture))];

    /// <summary>Where a value lies; null where it is none of this axis.</summary>
    public double? At(string value)
    {
        if (words is not null)
            return words.IndexOf(value) is >= 0 and var index ? words.Count == 1 ? 0.5 : (double)index / (words.Count - 1) : null;
        if (Number(value) is not { } number)
            return null;
        return log ? (Math.Log(number) - Math.Log(low)) / (Math.Log(high) - Math.Log(low)) : (number - low) / (high - low);
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
