using System.Globalization;

namespace MLOps.LocalCloud.Engine.Tuning;

/// <summary>How steps through a numeric range are spread.</summary>
internal enum Scaling
{
    Linear,

    /// <summary>Equal steps multiply: for learning rates and regularization.</summary>
    Logarithmic,

    /// <summary>Equal steps multiply the distance to 1: for values close to 1, such as momentum.</summary>
    ReverseLogarithmic,
}

/// <summary>One hyperparameter that is tuned. Every value has a place in [0, 1], by which strategies reckon.</summary>
internal abstract record Parameter(string Name)
{
    /// <summary>How many values there are; null where there is no end to them.</summary>
    public abstract long? Choices { get; }

    /// <summary>How many coordinates stand for it in a surrogate model.</summary>
    public virtual int Width => 1;

    /// <summary>The value at a place in [0, 1], as a training job's hyperparameter.</summary>
    public abstract string At(double place);

    /// <summary>The coordinates of a value, each in [0, 1].</summary>
    public abstract IEnumerable<double> Coordinates(string value);
}

/// <summary>A whole number between two others, both of which it may be.</summary>
internal sealed record IntegerParameter(string Name, long Low, long High, Scaling Scaling) : Parameter(Name)
{
    public override long? Choices => High - Low + 1;

    // Each whole number gets the same share of a linear scale, those at the ends too.
    public override string At(double place) => Math.Clamp(
        (long)Math.Floor(Scales.Value(Scaling, Low, High + 1.0, place)), Low, High).ToString(CultureInfo.InvariantCulture);

    public override IEnumerable<double> Coordinates(string value) => [Scales.Place(Scaling, Low, High + 1.0, double.Parse(value, CultureInfo.InvariantCulture) + 0.5)];
}

/// <summary>A number between two others.</summary>
internal sealed record ContinuousParameter(string Name, double Low, double High, Scaling Scaling) : Parameter(Name)
{
    public override long? Choices => null;

    public override string At(double place) =>
        Math.Clamp(Scales.Value(Scaling, Low, High, place), Low, High).ToString("R", CultureInfo.InvariantCulture);

    public override IEnumerable<double> Coordinates(string value) => [Scales.Place(Scaling, Low, High, double.Parse(value, CultureInfo.InvariantCulture))];
}

/// <summary>One of some words, no two of which are closer than others.</summary>
internal sealed record CategoricalParameter(string Name, IReadOnlyList<string> Values) : Parameter(Name)
{
    public override long? Choices => Values.Count;

    public override int Width => Values.Count;

    public override string At(double place) => Values[Math.Clamp((int)(place * Values.Count), 0, Values.Count - 1)];

    public override IEnumerable<double> Coordinates(string value) => Values.Select(v => v == value ? 1.0 : 0.0);
}

/// <summary>Between values and places on a scale.</summary>
internal static class Scales
{
    // From this ratio on, Auto takes steps that multiply.
    private const double WideRatio = 1000;

    /// <summary>The scale that <c>Auto</c> means for a range.</summary>
    public static Scaling Choose(double low, double high) => low > 0 && high / low >= WideRatio ? Scaling.Logarithmic : Scaling.Linear;

    public static double Value(Scaling scaling, double low, double high, double place) => scaling switch
    {
        Scaling.Logarithmic => Math.Exp(Math.Log(low) + place * (Math.Log(high) - Math.Log(low))),
        Scaling.ReverseLogarithmic => 1 - Math.Exp(Math.Log(1 - low) + place * (Math.Log(1 - high) - Math.Log(1 - low))),
        _ => low + place * (high - low),
    };

    public static double Place(Scaling scaling, double low, double high, double value) => Math.Clamp(scaling switch
    {
        Scaling.Logarithmic => (Math.Log(value) - Math.Log(low)) / (Math.Log(high) - Math.Log(low)),
        Scaling.ReverseLogarithmic => (Math.Log(1 - value) - Math.Log(1 - low)) / (Math.Log(1 - high) - Math.Log(1 - low)),
        _ => (value - low) / (high - low),
    }, 0, 1);
}
