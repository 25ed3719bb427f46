using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Tuning;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;

namespace MLOps.LocalCloud.Services.SageMaker.Tuning;

/// <summary>What CreateHyperParameterTuningJob checks beyond the API description.</summary>
internal static class TuningJobInput
{
    private const int MostJobs = 750;

    public static void Check(JsonObject input)
    {
        Unsupported.Refuse(input, "CreateHyperParameterTuningJob", "TrainingJobDefinitions", "WarmStartConfig", "Autotune");
        var config = input.Object("HyperParameterTuningJobConfig")!;
        var definition = input.Object("TrainingJobDefinition") ?? throw AwsException.Validation("TrainingJobDefinition is required.");
        Unsupported.Refuse(definition, "CreateHyperParameterTuningJob", "HyperParameterTuningResourceConfig", "HyperParameterRanges", "TuningObjective", "CheckpointConfig");
        var ranges = config.Object("ParameterRanges");
        Unsupported.Refuse(ranges ?? [], "CreateHyperParameterTuningJob", "AutoParameters");
        if (config.Object("TuningJobCompletionCriteria")?.Object("ConvergenceDetected")?.Text("CompleteOnConvergence") == "Enabled")
            throw Unsupported.Of("CreateHyperParameterTuningJob with ConvergenceDetected");
        var space = SearchSpace.Read(ranges);
        CheckNames(space, definition);
        CheckObjective(config, definition);
        CheckStrategy(config, space);
        CheckLimits(config, space);
    }

    private static void CheckNames(SearchSpace space, JsonObject definition)
    {
        var fixedOnes = definition.Object("StaticHyperParameters") ?? [];
        if (space.Parameters.FirstOrDefault(p => fixedOnes.ContainsKey(p.Name)) is { } twice)
            throw AwsException.Validation($"The hyperparameter {twice.Name} is in the parameter ranges and among the static hyperparameters: it can be in one of them.");
    }

    private static void CheckObjective(JsonObject config, JsonObject definition)
    {
        var objective = config.Object("HyperParameterTuningJobObjective") ?? throw AwsException.Validation("HyperParameterTuningJobObjective is required.");
        var metric = objective.Required("MetricName");
        var defined = definition.Object("AlgorithmSpecification")!.Objects("MetricDefinitions").Select(m => m.Text("Name")).ToList();
        if (!defined.Contains(metric))
            throw AwsException.Validation($"The objective metric {metric} is not among the metric definitions of the algorithm ({string.Join(", ", defined)}).");
    }

    private static void CheckStrategy(JsonObject config, SearchSpace space)
    {
        var strategy = config.Required("Strategy");
        if (strategy == "Grid" && space.Parameters.Any(p => p is not CategoricalParameter))
            throw AwsException.Validation("The strategy Grid takes categorical ranges alone.");
        var hyperband = config.Object("StrategyConfig")?.Object("HyperbandStrategyConfig");
        if (strategy != "Hyperband")
        {
            if (hyperband is not null)
                throw AwsException.Validation("HyperbandStrategyConfig is for the strategy Hyperband alone.");
            return;
        }
        if (hyperband?.Whole("MaxResource") is not { } most || (hyperband.Whole("MinResource") ?? 1) >= most)
            throw AwsException.Validation("The strategy Hyperband needs a HyperbandStrategyConfig whose MinResource is below its MaxResource.");
        if (config.Text("TrainingJobEarlyStoppingType") == "Auto")
            throw AwsException.Validation("The strategy Hyperband stops jobs early by itself: TrainingJobEarlyStoppingType must be Off.");
    }

    private static void CheckLimits(JsonObject config, SearchSpace space)
    {
        var limits = config.Object("ResourceLimits")!;
        var grid = config.Text("Strategy") == "Grid";
        var most = limits.Whole("MaxNumberOfTrainingJobs");
        if (most is null && !grid)
            throw AwsException.Validation("ResourceLimits.MaxNumberOfTrainingJobs is required.");
        if (grid && most is not null && most != space.Combinations)
            throw AwsException.Validation($"The strategy Grid tries every combination: MaxNumberOfTrainingJobs must be {space.Combinations}, or left out.");
        var jobs = most ?? space.Combinations;
        if (jobs > MostJobs)
            throw new AwsException("ResourceLimitExceeded", $"A tuning job may launch {MostJobs} training jobs; {jobs} are asked for.");
        if (limits.Whole("MaxParallelTrainingJobs") > jobs)
            throw AwsException.Validation("MaxParallelTrainingJobs cannot be above MaxNumberOfTrainingJobs.");
    }
}
