using System.Globalization;
using System.Text.RegularExpressions;
using MLOps.Cloud.Training;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Tuning;

/// <summary>A tuning job while somebody fills in its form: what its training jobs have in common, and what of it is searched.</summary>
public sealed partial class TuningForm
{
    private static readonly string[] Strategies = ["Bayesian", "Random", "Grid"];

    private TuningForm(TrainingJobDraft training) => Training = training;

    /// <summary>What the training jobs have in common.</summary>
    public TrainingJobDraft Training { get; }

    public string Name { get; set; } = "";

    public string Strategy { get; set; } = Strategies[0];

    /// <summary>A sentence about what a repetition does not keep; else empty.</summary>
    public string Differs { get; private init; } = "";

    public string Metric { get; set; } = "";

    /// <summary><c>Maximize</c> or <c>Minimize</c>.</summary>
    public string Goal { get; set; } = "Maximize";

    public int MostJobs { get; set; } = 10;

    public int Parallel { get; set; } = 2;

    public bool EarlyStopping { get; set; }

    public List<Range> Ranges { get; set; } = [];

    /// <summary>A form for a training job; its numbers are offered with a range around what they are.</summary>
    public static TuningForm Of(TrainingJobDetail job, DateTimeOffset now)
    {
        var draft = TrainingJobDraft.Of(job, "training");
        var metric = draft.MetricDefinitions.FirstOrDefault(m => m.Name.Contains("accuracy", StringComparison.OrdinalIgnoreCase))?.Name
            ?? (draft.MetricDefinitions is [var first, ..] ? first.Name : "");
        return new TuningForm(draft)
        {
            Name = NameAfter(job.Job.Name, now),
            Metric = metric,
            Goal = GoalOf(metric),
            Ranges = [.. draft.Hyperparameters.Select(Range.Of)],
        };
    }

    /// <summary>A form for a tuning job once more: the same search, but for a strategy that is not launched from here. What was searched has no value to go back to.</summary>
    public static TuningForm Of(TuningJobDetail job, TuningDraft request, DateTimeOffset now) => new(request.Training with { Tags = TrainingJobDraft.OwnTags(job.Tags) })
    {
        Name = NameAfter(Stamp().Replace(job.Job.Name, ""), now),
        Strategy = Strategies.Contains(request.Strategy) ? request.Strategy : Strategies[0],
        Differs = Strategies.Contains(request.Strategy) ? "" : $"It searched by {request.Strategy}, which is not launched from here: {Strategies[0]} takes its place.",
        Metric = request.Metric,
        Goal = request.Maximize ? "Maximize" : "Minimize",
        MostJobs = request.MostJobs,
        Parallel = request.Parallel,
        EarlyStopping = request.EarlyStopping,
        Ranges = [.. request.Ranges.Select(Range.Of), .. request.Training.Hyperparameters.Select(Range.Of)],
    };

    public TuningDraft ToDraft() => new(Name.Trim(), Training)
    {
        Strategy = Strategy,
        Metric = Metric,
        Maximize = Goal == "Maximize",
        MostJobs = MostJobs,
        Parallel = Parallel,
        EarlyStopping = EarlyStopping && Strategy != "Grid",
        Ranges = Ranges.Where(r => r.Search).Select(r => r.ToRange()).ToValueList(),
    };

    /// <summary>Whether more or less of a metric is better, by its name.</summary>
    internal static string GoalOf(string metric) =>
        new[] { "loss", "error", "rmse", "mae", "mse" }.Any(word => metric.Contains(word, StringComparison.OrdinalIgnoreCase)) ? "Minimize" : "Maximize";

    /// <summary>A name of at most 32 characters that tells of the training job and the moment.</summary>
    internal static string NameAfter(string job, DateTimeOffset now)
    {
        var stamp = now.ToString("MMdd-HHmmss", CultureInfo.InvariantCulture);
        var stem = job[..Math.Min(job.Length, TuningDraft.LongestName - stamp.Length - 1)].TrimEnd('-');
        return $"{stem}-{stamp}";
    }

    [GeneratedRegex("-[0-9]{4}-[0-9]{6}$")]
    private static partial Regex Stamp();

    /// <summary>One hyperparameter, and whether and where it is searched.</summary>
    public sealed class Range
    {
        public string Name { get; init; } = "";

        /// <summary>What it is now, and stays where it is not searched; empty where the image's own default would be taken.</summary>
        public string Value { get; init; } = "";

        public bool Search { get; set; }

        public string Kind { get; set; } = "Categorical";

        public string Low { get; set; } = "";

        public string High { get; set; } = "";

        public string Scaling { get; set; } = "Auto";

        /// <summary>The words of a list, with commas between them.</summary>
        public string Values { get; set; } = "";

        /// <summary>One that is searched.</summary>
        public static Range Of(TuningRange range) => new()
        {
            Name = range.Name,
            Search = true,
            Kind = range.Kind,
            Low = range.Low,
            High = range.High,
            Scaling = range.Scaling,
            Values = string.Join(", ", range.Values),
        };

        public static Range Of(Setting setting)
        {
            var range = new Range { Name = setting.Name, Value = setting.Value, Values = setting.Value };
            if (long.TryParse(setting.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                (range.Kind, range.Low, range.High) = ("Integer", Text(Math.Max(1, whole / 2)), Text(Math.Max(2, whole * 2)));
            else if (double.TryParse(setting.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0)
                (range.Kind, range.Low, range.High) = ("Continuous", Text(number / 10), Text(number * 10));
            return range;
        }

        public TuningRange ToRange() => Kind == "Categorical"
            ? new TuningRange(Name, Kind) { Values = Values.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToValueList() }
            : new TuningRange(Name, Kind) { Low = Low.Trim(), High = High.Trim(), Scaling = Scaling };

        private static string Text(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
    }
}
