using System.Globalization;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Tuning;

/// <summary>The hyperparameters that a tuning job searches, read from its <c>ParameterRanges</c>.</summary>
internal sealed class SearchSpace
{
    private const int MostParameters = 30;

    public SearchSpace(IReadOnlyList<Parameter> parameters) => Parameters = parameters;

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>How many combinations there are; null where there is no end to them (or more than can be counted).</summary>
    public long? Combinations
    {
        get
        {
            var product = 1L;
            foreach (var parameter in Parameters)
            {
                if (parameter.Choices is not { } choices || choices > long.MaxValue / product)
                    return null;
                product *= choices;
            }
            return product;
        }
    }

    /// <summary>The combination at a point of the unit cube.</summary>
    public Dictionary<string, string> At(IReadOnlyList<double> point) =>
        Parameters.Select((p, i) => KeyValuePair.Create(p.Name, p.At(point[i]))).ToDictionary();

    /// <summary>A combination as a point for a surrogate model.</summary>
    public double[] Coordinates(IReadOnlyDictionary<string, string> values) => [.. Parameters.SelectMany(p => p.Coordinates(values[p.Name]))];

    /// <summary>The combination with a number, counted with the last parameter turning fastest.</summary>
    public Dictionary<string, string> Numbered(long number)
    {
        var values = new Dictionary<string, string>();
        foreach (var parameter in Parameters.Reverse())
        {
            var choices = parameter.Choices ?? throw new InvalidOperationException($"{parameter.Name} has no end of values.");
            values[parameter.Name] = parameter.At((number % choices + 0.5) / choices);
            number /= choices;
        }
        return values;
    }

    /// <summary>Reads and checks <c>ParameterRanges</c>.</summary>
    /// <exception cref="AwsException">A range makes no sense.</exception>
    public static SearchSpace Read(JsonObject? ranges)
    {
        ranges ??= [];
        List<Parameter> parameters =
        [
            .. ranges.Objects("IntegerParameterRanges").Select(Integer),
            .. ranges.Objects("ContinuousParameterRanges").Select(Continuous),
            .. ranges.Objects("CategoricalParameterRanges").Select(Categorical),
        ];
        if (parameters.Count == 0)
            throw AwsException.Validation("You must specify at least one hyperparameter range.");
        if (parameters.Count > MostParameters)
            throw AwsException.Validation($"You can search at most {MostParameters} hyperparameters; {parameters.Count} are given.");
        if (parameters.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw AwsException.Validation($"The hyperparameter {twice.Key} has more than one range.");
        return new SearchSpace(parameters);
    }

    private static IntegerParameter Integer(JsonObject range)
    {
        var name = range.Required("Name");
        var (low, high) = (Whole(name, range.Required("MinValue")), Whole(name, range.Required("MaxValue")));
        if (low > high)
            throw AwsException.Validation($"The range of {name} has a MinValue ({low}) above its MaxValue ({high}).");
        return range.Text("ScalingType") == "ReverseLogarithmic"
            ? throw AwsException.Validation($"ReverseLogarithmic scaling is for continuous ranges alone; {name} is an integer range.")
            : new IntegerParameter(name, low, high, Scale(name, range, low, high));
    }

    private static ContinuousParameter Continuous(JsonObject range)
    {
        var name = range.Required("Name");
        var (low, high) = (Number(name, range.Required("MinValue")), Number(name, range.Required("MaxValue")));
        return low < high
            ? new ContinuousParameter(name, low, high, Scale(name, range, low, high))
            : throw AwsException.Validation($"The range of {name} needs a MinValue ({low}) below its MaxValue ({high}).");
    }

    private static CategoricalParameter Categorical(JsonObject range)
    {
        var values = range.Texts("Values").ToList();
        return values.Distinct().Count() == values.Count
            ? new CategoricalParameter(range.Required("Name"), values)
            : throw AwsException.Validation($"The values of {range.Required("Name")} must differ from one another.");
    }

    private static Scaling Scale(string name, JsonObject range, double low, double high)
    {
        var scaling = range.Text("ScalingType") switch
        {
            "Linear" => Scaling.Linear,
            "Logarithmic" => Scaling.Logarithmic,
            "ReverseLogarithmic" => Scaling.ReverseLogarithmic,
            _ => Scales.Choose(low, high),
        };
        if (scaling == Scaling.Logarithmic && low <= 0)
            throw AwsException.Validation($"Logarithmic scaling needs values above 0; {name} begins at {low}.");
        if (scaling == Scaling.ReverseLogarithmic && (low < 0 || high >= 1))
            throw AwsException.Validation($"ReverseLogarithmic scaling needs 0 <= value < 1; {name} goes from {low} to {high}.");
        return scaling;
    }

    private static long Whole(string name, string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) < 1L << 52
        ? value : throw AwsException.Validation($"The range of {name} holds '{text}', which is no whole number.");

    private static double Number(string name, string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
        ? value : throw AwsException.Validation($"The range of {name} holds '{text}', which is no number.");
}
