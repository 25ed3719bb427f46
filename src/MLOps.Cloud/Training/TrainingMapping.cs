using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Training;

/// <summary>The SDK's training jobs as the portal's records.</summary>
internal static class TrainingMapping
{
    public static TrainingJobSummary Summary(string connection, Aws.TrainingJobSummary j) => new(connection, j.TrainingJobName, j.TrainingJobStatus.Word())
    {
        Arn = j.TrainingJobArn ?? "",
        SecondaryStatus = j.SecondaryStatus.Word(),
        Created = j.CreationTime.Time() ?? default,
        Modified = j.LastModifiedTime.Time(),
        Ended = j.TrainingEndTime.Time(),
    };

    public static TrainingJobSummary Summary(string connection, Aws.DescribeTrainingJobResponse j) => new(connection, j.TrainingJobName, j.TrainingJobStatus.Word())
    {
        Arn = j.TrainingJobArn ?? "",
        SecondaryStatus = j.SecondaryStatus.Word(),
        Created = j.CreationTime.Time() ?? default,
        Modified = j.LastModifiedTime.Time(),
        Ended = j.TrainingEndTime.Time(),
        IsDescribed = true,
        Image = j.AlgorithmSpecification?.TrainingImage ?? j.AlgorithmSpecification?.AlgorithmName ?? "",
        InstanceType = j.ResourceConfig?.InstanceType.Word() ?? "",
        InstanceCount = j.ResourceConfig?.InstanceCount ?? 0,
        BillableSeconds = j.BillableTimeInSeconds,
        FailureReason = j.FailureReason ?? "",
        Metrics = j.FinalMetricDataList.OrEmpty()
            .Select(m => new MetricValue(m.MetricName, m.Value.Exact(), m.Timestamp.Time())).OrderBy(m => m.Name, StringComparer.Ordinal).ToValueList(),
    };

    public static TrainingJobDetail Detail(string connection, Aws.DescribeTrainingJobResponse j) => new(Summary(connection, j))
    {
        RoleArn = j.RoleArn ?? "",
        ImageDigest = Sdk.Digest(j.AlgorithmSpecification?.TrainingImage),
        Timeline = j.SecondaryStatusTransitions.OrEmpty()
            .Select(t => new StatusStep(t.Status.Word(), t.StartTime.Time(), t.EndTime.Time(), t.StatusMessage ?? "")).ToValueList(),
        Hyperparameters = j.HyperParameters.Settings(),
        Environment = j.Environment.Settings(),
        Channels = Channels(j.InputDataConfig, j.AlgorithmSpecification?.TrainingInputMode.Word()),
        MetricDefinitions = Metrics(j.AlgorithmSpecification?.MetricDefinitions),
        ModelArtifact = j.ModelArtifacts?.S3ModelArtifacts ?? "",
        InputMode = j.AlgorithmSpecification?.TrainingInputMode.Word() ?? "",
        TuningJob = j.TuningJobArn is { } arn ? arn[(arn.LastIndexOf('/') + 1)..] : "",
        OutputPath = j.OutputDataConfig?.S3OutputPath ?? "",
        VolumeGigabytes = j.ResourceConfig?.VolumeSizeInGB ?? 0,
        MaxRuntime = j.StoppingCondition?.MaxRuntimeInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Protection = Protection(j.VpcConfig, j.EnableNetworkIsolation, j.EnableInterContainerTrafficEncryption, j.ResourceConfig?.VolumeKmsKeyId, j.OutputDataConfig),
        Spot = Spot(j.EnableManagedSpotTraining, j.StoppingCondition, j.CheckpointConfig),
        Entrypoint = j.AlgorithmSpecification?.ContainerEntrypoint.OrEmpty().ToValueList() ?? [],
        Arguments = j.AlgorithmSpecification?.ContainerArguments.OrEmpty().ToValueList() ?? [],
        Started = j.TrainingStartTime.Time(),
        TrainingTime = j.TrainingTimeInSeconds is { } took ? TimeSpan.FromSeconds(took) : null,
    };

    public static ValueList<DataChannel> Channels(List<Aws.Channel>? channels, string? inputMode) => channels.OrEmpty().Select(c => new DataChannel(
        c.ChannelName, c.DataSource?.S3DataSource?.S3Uri ?? "", c.ContentType ?? "", c.InputMode?.Value ?? inputMode ?? "",
        c.DataSource?.S3DataSource?.S3DataDistributionType.Word() ?? "")).ToValueList();

    public static ValueList<MetricDefinition> Metrics(List<Aws.MetricDefinition>? metrics) => metrics.OrEmpty().Select(m => new MetricDefinition(m.Name, m.Regex)).ToValueList();

    public static JobProtection Protection(Aws.VpcConfig? vpc, bool? isIsolated, bool? encryptsTraffic, string? volumeKey, Aws.OutputDataConfig? output) => new()
    {
        Subnets = vpc?.Subnets.OrEmpty().ToValueList() ?? [],
        SecurityGroups = vpc?.SecurityGroupIds.OrEmpty().ToValueList() ?? [],
        IsIsolated = isIsolated ?? false,
        EncryptsTraffic = encryptsTraffic ?? false,
        VolumeKey = volumeKey ?? "",
        OutputKey = output?.KmsKeyId ?? "",
    };

    public static SpotUse? Spot(bool? isSpot, Aws.StoppingCondition? limits, Aws.CheckpointConfig? checkpoints) =>
        isSpot is true ? new SpotUse(limits?.MaxWaitTimeInSeconds ?? 0, checkpoints?.S3Uri ?? "", checkpoints?.LocalPath ?? "") : null;
}
