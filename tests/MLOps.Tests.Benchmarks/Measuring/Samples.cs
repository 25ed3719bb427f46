using System.Globalization;

namespace MLOps.Tests.Benchmarks.Measuring;

/// <summary>Measured values of one thing, in the order they came.</summary>
internal sealed class Samples
{
    private readonly List<double> values = [];

    public int Count => values.Count;

    public double Median => Quantile(0.5);

    public double P90 => Quantile(0.9);

    public void Add(double value) => values.Add(value);

    public void Add(TimeSpan took) => values.Add(took.TotalMilliseconds);

    /// <summary>The value below which a share of them lies: the nearest one that was measured, never one in between.</summary>
    public double Quantile(double share)
    {
        if (values.Count == 0)
            return double.NaN;
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }

    /// <summary>Three significant digits, as many as repeats agree on.</summary>
    public static string Text(double value)
    {
        if (!double.IsFinite(value))
            return "—";
        var digits = value == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 3);
        return value.ToString(value >= 1000 ? "#,0" : "F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
