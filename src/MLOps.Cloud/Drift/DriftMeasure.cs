using System.Globalization;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Drift;

/// <summary>
/// The two measures of drift. PSI = Σ (live − base) · ln(live / base) over bins of equal frequency in training; KS = the largest
/// distance of the two cumulative distributions. Few rows differ by chance alone: what chance is expected to give,
/// (bins − 1) · (1 / base rows + 1 / live rows), is taken off PSI.
/// </summary>
internal static class DriftMeasure
{
    private const int MostBins = 10;
    private const int MostCategories = 12;
    private const double Shifted = 0.1;
    private const double Drifted = 0.25;

    /// <summary>Numbers.</summary>
    public static FeatureDrift Numbers(string name, IReadOnlyList<double> baseline, IReadOnlyList<double> live)
    {
        double[] known = [.. baseline.Where(double.IsFinite).Order()], seen = [.. live.Where(double.IsFinite).Order()];
        if (known.Length == 0 || seen.Length == 0)
            return Unknown(name, known.Length, seen.Length);
        var edges = Edges(known, seen.Length);
        var (was, now) = (Shares(known, edges), Shares(seen, edges));
        var bins = was.Select((share, i) => new DriftBin(Label(edges, i), share, now[i])).ToValueList();
        var psi = Psi(was, now, known.Length, seen.Length);
        return new FeatureDrift(name, Level(psi, seen.Length), psi, Ks(known, seen), bins)
        {
            BaselineCount = known.Length, LiveCount = seen.Length, BaselineMean = known.Average(), LiveMean = seen.Average(),
            Outside = seen.Count(v => v < known[0] || v > known[^1]),
        };
    }

    /// <summary>Words. Rare ones are taken together.</summary>
    public static FeatureDrift Words(string name, IReadOnlyList<string> baseline, IReadOnlyList<string> live)
    {
        if (baseline.Count == 0 || live.Count == 0)
            return Unknown(name, baseline.Count, live.Count);
        var (was, now) = (Count(baseline), Count(live));
        var common = was.Keys.Union(now.Keys)
            .OrderByDescending(k => was.GetValueOrDefault(k) + now.GetValueOrDefault(k)).ThenBy(k => k, StringComparer.Ordinal).ToList();
        var kept = common.Count > MostCategories ? common.Take(MostCategories - 1).ToList() : common;
        var bins = kept.Select(k => new DriftBin(k, (double)was.GetValueOrDefault(k) / baseline.Count, (double)now.GetValueOrDefault(k) / live.Count)).ToList();
        if (kept.Count < common.Count)
            bins.Add(new DriftBin("others", 1 - bins.Sum(b => b.Baseline), 1 - bins.Sum(b => b.Live)));
        var psi = Psi([.. bins.Select(b => b.Baseline)], [.. bins.Select(b => b.Live)], baseline.Count, live.Count);
        return new FeatureDrift(name, Level(psi, live.Count), psi, null, bins.ToValueList())
        {
            BaselineCount = baseline.Count, LiveCount = live.Count, Outside = live.Count(v => !was.ContainsKey(v)),
        };
    }

    /// <summary>The largest distance of the two cumulative distributions; both samples in ascending order.</summary>
    internal static double Ks(double[] known, double[] seen)
    {
        var (i, j, largest) = (0, 0, 0.0);
        while (i < known.Length && j < seen.Length)
        {
            var value = Math.Min(known[i], seen[j]);
            while (i < known.Length && known[i] <= value)
                i++;
            while (j < seen.Length && seen[j] <= value)
                j++;
            largest = Math.Max(largest, Math.Abs((double)i / known.Length - (double)j / seen.Length));
        }
        return largest;
    }

    /// <summary>The inner edges of at most ten bins with equal frequency; fewer where few values differ.</summary>
    private static double[] Edges(double[] sorted, int seen)
    {
        // Bins of fewer than some ten values would tell noise.
        var bins = Math.Clamp(Math.Min(sorted.Length, seen) / 10, 2, MostBins);
        var edges = Enumerable.Range(1, bins - 1).Select(i => sorted[(int)((long)i * sorted.Length / bins)]).Distinct().Where(e => e > sorted[0]).ToArray();
        // A feature with one value in training: anything else is a bin of its own.
        return edges.Length > 0 ? edges : [sorted[^1] + double.Max(Math.Abs(sorted[^1]), 1) * 1e-9];
    }

    private static double[] Shares(double[] sorted, double[] edges)
    {
        var counts = new double[edges.Length + 1];
        foreach (var value in sorted)
        {
            var at = Array.BinarySearch(edges, value);
            counts[at >= 0 ? at + 1 : ~at]++;
        }
        return [.. counts.Select(c => c / sorted.Length)];
    }

    /// <summary>An empty bin counts as half a value: its logarithm would be without end.</summary>
    private static double Psi(double[] was, double[] now, int known, int seen)
    {
        var psi = 0.0;
        for (var i = 0; i < was.Length; i++)
        {
            var (a, b) = (Math.Max(was[i], 0.5 / known), Math.Max(now[i], 0.5 / seen));
            psi += (b - a) * Math.Log(b / a);
        }
        return Math.Max(0, psi - (was.Length - 1) * (1.0 / known + 1.0 / seen));
    }

    private static DriftLevel Level(double psi, int seen) => seen < IDriftReader.FewestRows ? DriftLevel.Unknown
        : psi >= Drifted ? DriftLevel.Drifted : psi >= Shifted ? DriftLevel.Shifted : DriftLevel.Stable;

    private static FeatureDrift Unknown(string name, int known, int seen) =>
        new(name, DriftLevel.Unknown, 0, null, []) { BaselineCount = known, LiveCount = seen };

    private static Dictionary<string, int> Count(IReadOnlyList<string> values) => values.GroupBy(v => v, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count());

    private static string Label(double[] edges, int bin)
    {
        static string N(double v) => v.ToString("0.####", CultureInfo.InvariantCulture);
        return bin == 0 ? $"below {N(edges[0])}" : bin == edges.Length ? $"{N(edges[^1])} and more" : $"{N(edges[bin - 1])} to {N(edges[bin])}";
    }
}
