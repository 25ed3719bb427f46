using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Tuning.Strategies;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Tuning;

/// <summary>What a tuning job was asked to do.</summary>
/// <param name="Rule">Which running jobs are stopped early; null for none.</param>
/// <param name="ComparesRunning">Whether the rule looks at jobs that still run too.</param>
/// <param name="Deadline">When the whole has to end; null for never.</param>
/// <param name="Target">The objective's value that is good enough; null for none.</param>
/// <param name="Patience">After so many jobs without a better one it is enough; null for never.</param>
internal sealed record TuningPlan(
    SearchSpace Space, Objective Objective, IStrategy Strategy, IStoppingRule? Rule, bool ComparesRunning, int MostJobs, int Parallel,
    DateTimeOffset? Deadline, double? Target, int? Patience, string? Seed)
{
    public static TuningPlan Read(JsonObject tuning)
    {
        var config = tuning.Object("HyperParameterTuningJobConfig")!;
        var space = SearchSpace.Read(config.Object("ParameterRanges"));
        var limits = config.Object("ResourceLimits")!;
        var criteria = config.Object("TuningJobCompletionCriteria");
        var band = config.Object("StrategyConfig")?.Object("HyperbandStrategyConfig");
        IStoppingRule? rule = band is not null ? new HalvingRule(band.Whole("MinResource") ?? 1, band.Whole("MaxResource")!.Value)
            : config.Text("TrainingJobEarlyStoppingType") == "Auto" ? new MedianRule() : null;
        return new TuningPlan(
            space, Objective.Of(config), StrategyOf.Name(config.Required("Strategy")), rule, band is not null,
            limits.Whole("MaxNumberOfTrainingJobs") ?? (int)space.Combinations!.Value, limits.Whole("MaxParallelTrainingJobs") ?? 1,
            limits.Whole("MaxRuntimeInSeconds") is { } seconds ? tuning.Time("CreationTime")!.Value.AddSeconds(seconds) : null,
            criteria?.Number("TargetObjectiveMetricValue"), criteria?.Object("BestObjectiveNotImproving")?.Whole("MaxNumberOfTrainingJobsNotImproving"),
            config.Whole("RandomSeed")?.ToString());
    }

    /// <summary>Whether the time is up, the target is reached, or no better one came for too long.</summary>
    public bool IsEnough(IReadOnlyList<Trial> trials, DateTimeOffset now)
    {
        if (Deadline <= now)
            return true;
        if (Objective.Best(trials) is not { } best)
            return false;
        return (Target is { } target && !Objective.IsBetter(target, best.Objective!.Value))
            || (Patience is { } patience && trials.Count(t => t.Ended && t.Number > best.Number) >= patience);
    }
}
