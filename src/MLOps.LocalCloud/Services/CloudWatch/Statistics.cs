namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>What is kept of the samples of one metric and unit in a stretch of time.</summary>
internal sealed class Statistics
{
    public double Count { get; private set; }

    public double Sum { get; private set; }

    public double Minimum { get; private set; } = double.PositiveInfinity;

    public double Maximum { get; private set; } = double.NegativeInfinity;

    /// <summary>How the values are spread; empty for statistic sets whose values are not known.</summary>
    public Sketch Spread { get; private init; } = new();

    public double Average => Sum / Count;

    /// <summary>Whether percentiles can be told: the spread knows every sample.</summary>
    public bool KnowsSpread => Spread.Count >= Count - 1e-6;

    public void Add(double value, double times = 1)
    {
        AddRange(times, value * times, value, value);
        Spread.Add(value, times);
    }

    /// <summary>Adds a statistic set.</summary>
    public void AddSet(double count, double sum, double minimum, double maximum)
    {
        AddRange(count, sum, minimum, maximum);
        if (count == 1 || minimum == maximum)
            Spread.Add(minimum, count);
    }

    public void Add(Statistics other)
    {
        AddRange(other.Count, other.Sum, other.Minimum, other.Maximum);
        Spread.Add(other.Spread);
    }

    public static Statistics Stored(double count, double sum, double minimum, double maximum, byte[] sketch)
    {
        var statistics = new Statistics { Spread = Sketch.Read(sketch) };
        statistics.AddRange(count, sum, minimum, maximum);
        return statistics;
    }

    /// <summary>A statistic by its CloudWatch name: Average, Sum, Minimum, Maximum, SampleCount, p0–p100. Null where it cannot be told.</summary>
    public double? Get(string statistic) => statistic switch
    {
        "Average" => Average,
        "Sum" => Sum,
        "Minimum" => Minimum,
        "Maximum" => Maximum,
        "SampleCount" => Count,
        _ => PercentileOf(statistic) is { } percentile && KnowsSpread ? Math.Clamp(Spread.Percentile(percentile), Minimum, Maximum) : null,
    };

    /// <summary>Whether this is a statistic's name that <see cref="Get"/> knows.</summary>
    public static bool IsStatistic(string name) =>
        name is "Average" or "Sum" or "Minimum" or "Maximum" or "SampleCount" || PercentileOf(name) is not null;

    /// <summary>The percentile that a name such as <c>p99.9</c> asks for.</summary>
    public static double? PercentileOf(string name) =>
        name.Length > 1 && name[0] == 'p' && char.IsAsciiDigit(name[1]) && double.TryParse(name.AsSpan(1), out var p) && p is >= 0 and <= 100 ? p : null;

    private void AddRange(double count, double sum, double minimum, double maximum)
    {
        Count += count;
        Sum += sum;
        Minimum = Math.Min(Minimum, minimum);
        Maximum = Math.Max(Maximum, maximum);
    }
}
