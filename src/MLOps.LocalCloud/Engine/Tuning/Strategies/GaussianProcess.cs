namespace MLOps.LocalCloud.Engine.Tuning.Strategies;

/// <summary>
/// A Gaussian process over the unit cube with a Matérn 5/2 kernel. Values are brought to mean 0 and deviation 1; the length
/// scale and the noise are those of a small grid under which the observations are most likely.
/// </summary>
internal sealed class GaussianProcess
{
    private static readonly double[] Lengths = [0.1, 0.2, 0.4, 0.8, 1.6];
    private static readonly double[] Noises = [1e-6, 1e-3, 1e-1];

    private readonly IReadOnlyList<double[]> points;
    private readonly double length;
    private readonly double noise;
    private readonly double mean;
    private readonly double deviation;
    private readonly double[,] factor;
    private readonly double[] weights;

    private GaussianProcess(IReadOnlyList<double[]> points, IReadOnlyList<double> values, double length, double noise)
    {
        (this.points, this.length, this.noise) = (points, length, noise);
        mean = values.Average();
        deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Count);
        if (deviation < 1e-12)
            deviation = 1;
        var centred = values.Select(v => (v - mean) / deviation).ToArray();
        factor = Factor();
        weights = BackSubstitute(Substitute(centred));
        Likelihood = -0.5 * centred.Zip(weights, (v, w) => v * w).Sum() - Enumerable.Range(0, centred.Length).Sum(i => Math.Log(factor[i, i]));
    }

    /// <summary>The logarithm of the observations' likelihood, but for a constant.</summary>
    public double Likelihood { get; }

    /// <summary>The process that explains the observations best.</summary>
    public static GaussianProcess Fit(IReadOnlyList<double[]> points, IReadOnlyList<double> values)
    {
        GaussianProcess? best = null;
        foreach (var length in Lengths)
            foreach (var noise in Noises)
                if (new GaussianProcess(points, values, length, noise) is var process && (best is null || process.Likelihood > best.Likelihood))
                    best = process;
        return best!;
    }

    /// <summary>The process with the same settings over other observations.</summary>
    public GaussianProcess With(IReadOnlyList<double[]> others, IReadOnlyList<double> values) => new(others, values, length, noise);

    /// <summary>What to expect at a point, and how uncertain that is.</summary>
    public (double Mean, double Deviation) Predict(double[] point)
    {
        var across = points.Select(p => Kernel(p, point)).ToArray();
        var expected = across.Zip(weights, (k, w) => k * w).Sum();
        var variance = 1 - Substitute(across).Sum(v => v * v);
        return (mean + deviation * expected, deviation * Math.Sqrt(Math.Max(0, variance)));
    }

    private double Kernel(double[] a, double[] b)
    {
        var square = 0.0;
        for (var i = 0; i < a.Length; i++)
            square += (a[i] - b[i]) * (a[i] - b[i]);
        var distance = Math.Sqrt(5 * square) / length;
        return (1 + distance + distance * distance / 3) * Math.Exp(-distance);
    }

    /// <summary>Cholesky's factor of the kernel's matrix with the noise on its diagonal.</summary>
    private double[,] Factor()
    {
        var n = points.Count;
        var l = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = Kernel(points[i], points[j]) + (i == j ? noise + 1e-9 : 0);
                for (var k = 0; k < j; k++)
                    sum -= l[i, k] * l[j, k];
                l[i, j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / l[j, j];
            }
        return l;
    }

    private double[] Substitute(double[] b)
    {
        var x = new double[b.Length];
        for (var i = 0; i < b.Length; i++)
        {
            var sum = b[i];
            for (var k = 0; k < i; k++)
                sum -= factor[i, k] * x[k];
            x[i] = sum / factor[i, i];
        }
        return x;
    }

    private double[] BackSubstitute(double[] b)
    {
        var x = new double[b.Length];
        for (var i = b.Length - 1; i >= 0; i--)
        {
            var sum = b[i];
            for (var k = i + 1; k < b.Length; k++)
                sum -= factor[k, i] * x[k];
            x[i] = sum / factor[i, i];
        }
        return x;
    }
}
