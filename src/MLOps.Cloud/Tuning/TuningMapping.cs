using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Tuning;

/// <summary>The SDK's tuning jobs as the portal's records, and back.</summary>
internal static class TuningMapping
{
    public static TuningJobSummary Summary(string connection, Aws.HyperParameterTuningJobSummary j) => new(connection, j.HyperParameterTuningJobName, j.HyperParameterTuningJobStatus.Word())
    {
        Arn = j.HyperParameterTuningJobArn ?? "",
        Strategy = j.Strategy.Word(),
        Created = j.CreationTime.Time() ?? default,
        Modified = j.LastModifiedTime.Time(),
        Ended = j.HyperParameterTuningEndTime.Time(),
        Jobs = Counts(j.TrainingJobStatusCounters),
        MostJobs = j.ResourceLimits?.MaxNumberOfTrainingJobs ?? 0,
        Parallel = j.ResourceLimits?.MaxParallelTrainingJobs ?? 0,
    };

    public static TuningJobSummary Summary(string connection, Aws.DescribeHyperParameterTuningJobResponse j) => new(connection, j.HyperParameterTuningJobName, j.HyperParameterTuningJobStatus.Word())
    {
        Arn = j.HyperParameterTuningJobArn ?? "",
        Strategy = j.HyperParameterTuningJobConfig?.Strategy.Word() ?? "",
        Created = j.CreationTime.Time() ?? default,
        Modified = j.LastModifiedTime.Time(),
        Ended = j.HyperParameterTuningEndTime.Time(),
        Jobs = Counts(j.TrainingJobStatusCounters),
        MostJobs = j.HyperParameterTuningJobConfig?.ResourceLimits?.MaxNumberOfTrainingJobs ?? 0,
        Parallel = j.HyperParameterTuningJobConfig?.ResourceLimits?.MaxParallelTrainingJobs ?? 0,
    };

    public static TuningJobDetail Detail(string connection, Aws.DescribeHyperParameterTuningJobResponse j)
    {
        var config = j.HyperParameterTuningJobConfig;
        return new(Summary(connection, j))
        {
            Metric = config?.HyperParameterTuningJobObjective?.MetricName ?? "",
            Maximize = config?.HyperParameterTuningJobObjective?.Type.Word() != "Minimize",
            EarlyStopping = config?.TrainingJobEarlyStoppingType.Word() ?? "",
            FailureReason = j.FailureReason ?? "",
            BestJob = j.BestTrainingJob?.TrainingJobName ?? "",
            Ranges = Ranges(config?.ParameterRanges),
            Static = (j.TrainingJobDefinition?.StaticHyperParameters).Settings(),
            Request = j.TrainingJobDefinition is { } training && !j.TrainingJobDefinitions.OrEmpty().Any() ? Draft(j.HyperParameterTuningJobName, config, training) : null,
        };
    }

    private static TuningDraft Draft(string name, Aws.HyperParameterTuningJobConfig? config, Aws.HyperParameterTrainingJobDefinition t) => new(name, new TrainingJobDraft(name)
    {
        Image = t.AlgorithmSpecification?.TrainingImage ?? "",
        InputMode = t.AlgorithmSpecification?.TrainingInputMode.Word() is { Length: > 0 } mode ? mode : "File",
        RoleArn = t.RoleArn ?? "",
        Hyperparameters = TrainingJobDraft.OwnParameters(t.StaticHyperParameters.Settings()),
        Channels = TrainingMapping.Channels(t.InputDataConfig, t.AlgorithmSpecification?.TrainingInputMode.Word()),
        OutputPath = t.OutputDataConfig?.S3OutputPath ?? "",
        InstanceType = t.ResourceConfig?.InstanceType.Word() ?? "",
        InstanceCount = t.ResourceConfig?.InstanceCount ?? 1,
        VolumeGigabytes = t.ResourceConfig?.VolumeSizeInGB ?? 1,
        MaxRuntimeSeconds = t.StoppingCondition?.MaxRuntimeInSeconds ?? 3600,
        MetricDefinitions = TrainingMapping.Metrics(t.AlgorithmSpecification?.MetricDefinitions),
        Environment = t.Environment.Settings(),
        Protection = TrainingMapping.Protection(t.VpcConfig, t.EnableNetworkIsolation, t.EnableInterContainerTrafficEncryption, t.ResourceConfig?.VolumeKmsKeyId, t.OutputDataConfig),
        Spot = TrainingMapping.Spot(t.EnableManagedSpotTraining, t.StoppingCondition, t.CheckpointConfig),
    })
    {
        Strategy = config?.Strategy.Word() ?? "",
        Metric = config?.HyperParameterTuningJobObjective?.MetricName ?? "",
        Maximize = config?.HyperParameterTuningJobObjective?.Type.Word() != "Minimize",
        MostJobs = config?.ResourceLimits?.MaxNumberOfTrainingJobs ?? 10,
        Parallel = config?.ResourceLimits?.MaxParallelTrainingJobs ?? 1,
        EarlyStopping = config?.TrainingJobEarlyStoppingType.Word() == "Auto",
        Ranges = Ranges(config?.ParameterRanges),
    };

    public static TuningTrial Trial(Aws.HyperParameterTrainingJobSummary t) => new(t.TrainingJobName, t.TrainingJobStatus.Word(), t.FinalHyperParameterTuningJobObjectiveMetric?.Value?.Exact())
    {
        Created = t.CreationTime.Time() ?? default,
        Ended = t.TrainingEndTime.Time(),
        Values = t.TunedHyperParameters.Settings(),
        FailureReason = t.FailureReason ?? "",
    };

    public static Aws.CreateHyperParameterTuningJobRequest Create(TuningDraft draft)
    {
        var ranged = draft.Ranges.Select(r => r.Name).ToHashSet();
        var isGrid = draft.Strategy == "Grid";
        return new()
        {
            HyperParameterTuningJobName = draft.Name,
            HyperParameterTuningJobConfig = new Aws.HyperParameterTuningJobConfig
            {
                Strategy = draft.Strategy,
                HyperParameterTuningJobObjective = new Aws.HyperParameterTuningJobObjective { MetricName = draft.Metric, Type = draft.Maximize ? "Maximize" : "Minimize" },
                // Grid tries every combination and takes no number of them.
                ResourceLimits = new Aws.ResourceLimits { MaxNumberOfTrainingJobs = isGrid ? null : draft.MostJobs, MaxParallelTrainingJobs = draft.Parallel },
                ParameterRanges = Ranges(draft.Ranges),
                TrainingJobEarlyStoppingType = draft.EarlyStopping ? "Auto" : "Off",
            },
            TrainingJobDefinition = new Aws.HyperParameterTrainingJobDefinition
            {
                AlgorithmSpecification = new Aws.HyperParameterAlgorithmSpecification
                {
                    TrainingImage = draft.Training.Image,
                    TrainingInputMode = draft.Training.InputMode,
                    MetricDefinitions = TrainingRequests.Metrics(draft.Training),
                },
                RoleArn = draft.Training.RoleArn,
                StaticHyperParameters = TrainingRequests.Map(draft.Training.Hyperparameters.Where(h => !ranged.Contains(h.Name))),
                InputDataConfig = TrainingRequests.Channels(draft.Training),
                OutputDataConfig = TrainingRequests.Output(draft.Training),
                ResourceConfig = TrainingRequests.Resources(draft.Training),
                StoppingCondition = TrainingRequests.Limits(draft.Training),
                VpcConfig = TrainingRequests.Vpc(draft.Training),
                EnableNetworkIsolation = draft.Training.Protection.IsIsolated ? true : null,
                EnableInterContainerTrafficEncryption = draft.Training.Protection.EncryptsTraffic ? true : null,
                EnableManagedSpotTraining = draft.Training.Spot is null ? null : true,
                CheckpointConfig = TrainingRequests.Checkpoints(draft.Training),
                Environment = draft.Training.Environment.Count > 0 ? TrainingRequests.Map(draft.Training.Environment) : null,
            },
            Tags = TrainingRequests.Tags(draft.Training.Tags),
        };
    }

    private static TuningCounts Counts(Aws.TrainingJobStatusCounters? c) =>
        new(c?.InProgress ?? 0, c?.Completed ?? 0, (c?.RetryableError ?? 0) + (c?.NonRetryableError ?? 0), c?.Stopped ?? 0);

    private static ValueList<TuningRange> Ranges(Aws.ParameterRanges? ranges) => ranges is null ? [] :
    [
        .. ranges.IntegerParameterRanges.OrEmpty().Select(r => new TuningRange(r.Name, "Integer") { Low = r.MinValue, High = r.MaxValue, Scaling = Scaling(r.ScalingType.Word()) }),
        .. ranges.ContinuousParameterRanges.OrEmpty().Select(r => new TuningRange(r.Name, "Continuous") { Low = r.MinValue, High = r.MaxValue, Scaling = Scaling(r.ScalingType.Word()) }),
        .. ranges.CategoricalParameterRanges.OrEmpty().Select(r => new TuningRange(r.Name, "Categorical") { Values = r.Values.ToValueList() }),
    ];

    private static Aws.ParameterRanges Ranges(ValueList<TuningRange> ranges) => new()
    {
        IntegerParameterRanges = [.. ranges.Where(r => r.Kind == "Integer").Select(r => new Aws.IntegerParameterRange { Name = r.Name, MinValue = r.Low, MaxValue = r.High, ScalingType = r.Scaling })],
        ContinuousParameterRanges = [.. ranges.Where(r => r.Kind == "Continuous").Select(r => new Aws.ContinuousParameterRange { Name = r.Name, MinValue = r.Low, MaxValue = r.High, ScalingType = r.Scaling })],
        CategoricalParameterRanges = [.. ranges.Where(r => r.Kind == "Categorical").Select(r => new Aws.CategoricalParameterRange { Name = r.Name, Values = [.. r.Values] })],
    };

    private static string Scaling(string word) => word.Length > 0 ? word : "Auto";
}
