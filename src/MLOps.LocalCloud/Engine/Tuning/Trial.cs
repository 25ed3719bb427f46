using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Tuning;

/// <summary>One training job of a tuning job, as strategies see it.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="Job">The training job's name.</param>
/// <param name="Values">The hyperparameters that were chosen for it.</param>
/// <param name="Objective">What it came to; null while it runs, and where it never said.</param>
/// <param name="Course">Each value of the objective metric in the order in which it was logged; kept when the job has ended.</param>
/// <param name="Ended">Whether the training job has ended, however.</param>
internal sealed record Trial(int Number, string Job, IReadOnlyDictionary<string, string> Values, double? Objective, IReadOnlyList<double> Course, bool Ended)
{
    private const string Member = "Trials";

    /// <summary>The trials in a tuning job's document.</summary>
    public static IReadOnlyList<Trial> Of(JsonObject tuning) => tuning[Member]?.Deserialize<Trial[]>() ?? [];

    /// <summary>Puts the trials into a tuning job's document, where callers do not see them.</summary>
    public static void Store(JsonObject tuning, IEnumerable<Trial> trials) => tuning[Member] = JsonSerializer.SerializeToNode(trials.ToArray());
}

/// <summary>What a tuning job wants: the greatest or the least value of one metric.</summary>
internal sealed record Objective(string Metric, bool Maximize)
{
    public static Objective Of(JsonObject config)
    {
        var objective = config.Object("HyperParameterTuningJobObjective")!;
        return new Objective(objective.Required("MetricName"), objective.Text("Type") == "Maximize");
    }

    /// <summary>Whether the first value is better than the second.</summary>
    public bool IsBetter(double one, double other) => Maximize ? one > other : one < other;

    /// <summary>The best trial that has a value; the earlier one of two that are alike.</summary>
    public Trial? Best(IEnumerable<Trial> trials)
    {
        Trial? best = null;
        foreach (var trial in trials.Where(t => t.Objective is not null))
            if (best is null || IsBetter(trial.Objective!.Value, best.Objective!.Value))
                best = trial;
        return best;
    }
}
