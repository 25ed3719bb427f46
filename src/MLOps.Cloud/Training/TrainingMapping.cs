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
        Channels = j.InputDataConfig.OrEmpty().Select(c => Channel(c, j.AlgorithmSpecification?.TrainingInputMode.Word())).ToValueList(),
        MetricDefinitions = j.AlgorithmSpecification?.MetricDefinitions.OrEmpty().Select(m => new MetricDefinition(m.Name, m.Regex)).ToValueList() ?? [],
        ModelArtifact = j.ModelArtifacts?.S3ModelArtifacts ?? "",
        InputMode = j.AlgorithmSpecification?.TrainingInputMode.Word() ?? "",
        TuningJob = j.TuningJobArn is { } arn ? arn[(arn.LastIndexOf('/') + 1)..] : "",
        OutputPath = j.OutputDataConfig?.S3OutputPath ?? "",
        VolumeGigabytes = j.ResourceConfig?.VolumeSizeInGB ?? 0,
        MaxRuntime = j.StoppingCondition?.MaxRuntimeInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Protection = new JobProtection
        {
            Subnets = j.VpcConfig?.Subnets.OrEmpty().ToValueList() ?? [],
            SecurityGroups = j.VpcConfig?.SecurityGroupIds.OrEmpty().ToValueList() ?? [],
            IsIsolated = j.EnableNetworkIsolation ?? false,
            EncryptsTraffic = j.EnableInterContainerTrafficEncryption ?? false,
            VolumeKey = j.ResourceConfig?.VolumeKmsKeyId ?? "",
            OutputKey = j.OutputDataConfig?.KmsKeyId ?? "",
        },
        Spot = j.EnableManagedSpotTraining is true
            ? new SpotUse(j.StoppingCondition?.MaxWaitTimeInSeconds ?? 0, j.CheckpointConfig?.S3Uri ?? "", j.CheckpointConfig?.LocalPath ?? "") : null,
        Entrypoint = j.AlgorithmSpecification?.ContainerEntrypoint.OrEmpty().ToValueList() ?? [],
        Arguments = j.AlgorithmSpecification?.ContainerArguments.OrEmpty().ToValueList() ?? [],
        Started = j.TrainingStartTime.Time(),
        TrainingTime = j.TrainingTimeInSeconds is { } took ? TimeSpan.FromSeconds(took) : null,
    };

    private static DataChannel Channel(Aws.Channel c, string? inputMode) => new(
        c.ChannelName, c.DataSource?.S3DataSource?.S3Uri ?? "", c.ContentType ?? "", c.InputMode?.Value ?? inputMode ?? "",
        c.DataSource?.S3DataSource?.S3DataDistributionType.Word() ?? "");
}
