using System.Globalization;
using System.Text;
using MLOps.Cloud.Telemetry;

namespace MLOps.Portal.Shared.Charts;

/// <summary>Where values of some series lie on a drawing of a fixed size: round steps on the axis, a path for each series.</summary>
public sealed class ChartFrame
{
    /// <summary>The size of the drawing and of its margins, in its own units.</summary>
    public const double Width = 640, Height = 200, Left = 2, Right = 10, Top = 8, Bottom = 22;

    private const double AroundOne = 30;

    private readonly DateTimeOffset from;
    private readonly double seconds;
    private readonly double low;
    private readonly double high;

    /// <param name="floor">The least value of the axis; the data's own where null.</param>
    /// <param name="window">The times that the drawing spans, so that several have one time axis; the data's own where null.</param>
    /// <param name="log">Whether equal steps of the axis multiply; values that are not above 0 have no place on it.</param>
    public ChartFrame(IReadOnlyList<MetricSeries> series, double? floor = null, bool log = false, ChartWindow? window = null)
    {
        IsLog = log;
        var points = series.SelectMany(s => s.Points).Where(p => HasPlace(p.Value)).ToList();
        IsEmpty = points.Count == 0;
        if (IsEmpty)
        {
            (from, seconds, low, high, Steps) = (DateTimeOffset.UnixEpoch, 1, 0, 1, []);
            return;
        }
        from = window?.From ?? points.Min(p => p.At);
        To = window?.To ?? points.Max(p => p.At);
        // A single moment stands in the middle: at the edge it would lie on the axis' numbers.
        if (from == To)
            (from, To) = (from.AddSeconds(-AroundOne), To.AddSeconds(AroundOne));
        seconds = (To - from).TotalSeconds;
        var (least, most) = (points.Min(p => p.Value), points.Max(p => p.Value));
        (low, high, Steps) = log ? Decades(least, most) : RoundSteps(Math.Min(floor ?? double.MaxValue, least), most, floor is null);
    }

    public bool IsEmpty { get; }

    public bool IsLog { get; }

    public DateTimeOffset From => from;

    public DateTimeOffset To { get; }

    /// <summary>The values at which a line is drawn across.</summary>
    public IReadOnlyList<double> Steps { get; }

    /// <summary>Whether a value can be drawn.</summary>
    public bool HasPlace(double value) => double.IsFinite(value) && (!IsLog || value > 0);

    public double X(DateTimeOffset at) => Left + (Width - Left - Right) * ((at - from).TotalSeconds / seconds);

    public double Y(double value) => Height - Bottom - (Height - Top - Bottom) * ((Scale(value) - low) / (high - low));

    /// <summary>The moment at a part of the width, from 0 to 1.</summary>
    public DateTimeOffset At(double part) => from.AddSeconds(seconds * part);

    /// <summary>The path of a series; values that are no numbers break it.</summary>
    /// <param name="stepped">Whether a value holds until the next one.</param>
    public string Path(MetricSeries series, bool stepped = false)
    {
        var path = new StringBuilder(series.Points.Count * 12);
        var pen = 'M';
        foreach (var point in series.Points)
        {
            if (!HasPlace(point.Value))
            {
                pen = 'M';
                continue;
            }
            if (stepped && pen == 'L')
                path.Append(CultureInfo.InvariantCulture, $"H{X(point.At):0.#}");
            path.Append(CultureInfo.InvariantCulture, $"{pen}{X(point.At):0.#} {Y(point.Value):0.#}");
            pen = 'L';
        }
        return path.ToString();
    }

    private double Scale(double value) => IsLog ? Math.Log10(value) : value;

    private static (double Low, double High, IReadOnlyList<double> Steps) RoundSteps(double least, double most, bool centred)
    {
        if (most - least < 1e-9)
            (least, most) = centred ? (least - Math.Max(Math.Abs(least) * 0.05, 0.5), most + Math.Max(Math.Abs(most) * 0.05, 0.5)) : (least, least + 1);
        var step = RoundStep((most - least) / 4);
        var (low, high) = (Math.Floor(least / step) * step, Math.Ceiling(most / step) * step);
        return (low, high, [.. Enumerable.Range(0, (int)Math.Round((high - low) / step) + 1).Select(i => low + i * step)]);
    }

    /// <summary>Powers of ten around the values, every second, third… one where there are many; round steps where the values lie within one.</summary>
    private static (double Low, double High, IReadOnlyList<double> Steps) Decades(double least, double most)
    {
        if (most < 10 * least && RoundSteps(least, most, centred: true) is { Low: > 0 } near)
            return (Math.Log10(near.Low), Math.Log10(near.High), near.Steps);
        var (low, high) = ((int)Math.Floor(Math.Log10(least)), (int)Math.Ceiling(Math.Log10(most)));
        if (low == high)
            high++;
        var stride = (high - low + 4) / 5;
        return (low, high, [.. Enumerable.Range(0, (high - low) / stride + 1).Select(i => Math.Pow(10, low + i * stride))]);
    }

    /// <summary>The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below the size.</summary>
    private static double RoundStep(double size)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(size)));
        return power * new[] { 1, 2, 2.5, 5, 10 }.First(factor => factor * power >= size * 0.999999);
    }
}
