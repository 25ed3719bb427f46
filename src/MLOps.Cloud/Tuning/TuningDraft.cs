using System.Globalization;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Tuning;

/// <summary>A tuning job that somebody is about to launch.</summary>
/// <param name="Training">What every training job is like; the hyperparameters that have a range are left out of it.</param>
public sealed record TuningDraft(string Name, TrainingJobDraft Training)
{
    public const int LongestName = 32;

    public string Strategy { get; init; } = "Bayesian";

    public string Metric { get; init; } = "";

    public bool Maximize { get; init; } = true;

    public int MostJobs { get; init; } = 10;

    public int Parallel { get; init; } = 2;

    public bool EarlyStopping { get; init; }

    public ValueList<TuningRange> Ranges { get; init; } = [];

    /// <summary>What the API would refuse; none where it would take it.</summary>
    public IReadOnlyList<DraftFault> Check() =>
    [
        .. DraftChecks.Name(nameof(Name), Name, LongestName),
        .. DraftChecks.If(Training.MetricDefinitions.All(m => m.Name != Metric), nameof(Metric), "Choose one of the metrics that the training job defines."),
        .. DraftChecks.Range(nameof(MostJobs), "training jobs", MostJobs, 1, 750),
        .. DraftChecks.Range(nameof(Parallel), "training jobs at once", Parallel, 1, Math.Max(1, MostJobs)),
        .. DraftChecks.If(Ranges.Count is 0 or > 30, nameof(Ranges), "Give 1 to 30 hyperparameters a range."),
        .. DraftChecks.If(Strategy == "Grid" && Ranges.Any(r => r.Kind != "Categorical"), nameof(Ranges), "Grid takes lists of values alone: choose another strategy, or make every range a list."),
        .. Ranges.Select(Fault).OfType<DraftFault>(),
        .. DraftChecks.Of(Training with { Name = "name" }),
    ];

    private static DraftFault? Fault(TuningRange range) => range.Kind switch
    {
        "Categorical" => range.Values.Count is 0 or > 30 || range.Values.Distinct().Count() != range.Values.Count
            ? new DraftFault(nameof(Ranges), $"{range.Name}: give 1 to 30 different values.") : null,
        _ => !Number(range.Low, out var low) || !Number(range.High, out var high) || low > high || (range.Kind == "Continuous" && low == high)
            ? new DraftFault(nameof(Ranges), $"{range.Name}: give two numbers, the lesser one first.")
            : range.Kind == "Integer" && (low != Math.Floor(low) || high != Math.Floor(high))
                ? new DraftFault(nameof(Ranges), $"{range.Name}: a whole-number range needs whole numbers.")
                : range.Scaling == "Logarithmic" && low <= 0 ? new DraftFault(nameof(Ranges), $"{range.Name}: a logarithmic range begins above 0.")
                : range.Scaling == "ReverseLogarithmic" && (low < 0 || high >= 1 || range.Kind == "Integer")
                    ? new DraftFault(nameof(Ranges), $"{range.Name}: a reverse logarithmic range holds numbers from 0 to below 1.") : null,
    };

    private static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
