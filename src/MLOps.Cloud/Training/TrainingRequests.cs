using Amazon.SageMaker;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Training;

/// <summary>Drafts as the SDK's requests.</summary>
internal static class TrainingRequests
{
    public static Aws.CreateTrainingJobRequest Create(TrainingJobDraft draft) => new()
    {
        TrainingJobName = draft.Name,
        AlgorithmSpecification = new Aws.AlgorithmSpecification
        {
            TrainingImage = draft.Image,
            TrainingInputMode = draft.InputMode,
            MetricDefinitions = Metrics(draft),
            ContainerEntrypoint = Texts(draft.Entrypoint),
            ContainerArguments = Texts(draft.Arguments),
        },
        RoleArn = draft.RoleArn,
        HyperParameters = Map(draft.Hyperparameters),
        InputDataConfig = Channels(draft),
        OutputDataConfig = Output(draft),
        ResourceConfig = Resources(draft),
        StoppingCondition = Limits(draft),
        VpcConfig = Vpc(draft),
        EnableNetworkIsolation = draft.Protection.IsIsolated ? true : null,
        EnableInterContainerTrafficEncryption = draft.Protection.EncryptsTraffic ? true : null,
        EnableManagedSpotTraining = draft.Spot is null ? null : true,
        CheckpointConfig = Checkpoints(draft),
        Environment = draft.Environment.Count > 0 ? Map(draft.Environment) : null,
        Tags = Tags(draft.Tags),
    };

    public static List<Aws.MetricDefinition>? Metrics(TrainingJobDraft draft) =>
        draft.MetricDefinitions.Count > 0 ? [.. draft.MetricDefinitions.Select(m => new Aws.MetricDefinition { Name = m.Name, Regex = m.Regex })] : null;

    public static List<Aws.Channel>? Channels(TrainingJobDraft draft) => draft.Channels.Count == 0 ? null : [.. draft.Channels.Select(c => new Aws.Channel
    {
        ChannelName = c.Name,
        ContentType = c.ContentType.Length > 0 ? c.ContentType : null,
        InputMode = c.InputMode.Length > 0 && c.InputMode != draft.InputMode ? c.InputMode : null,
        DataSource = new Aws.DataSource
        {
            S3DataSource = new Aws.S3DataSource
            {
                S3DataType = S3DataType.S3Prefix,
                S3Uri = c.S3Uri,
                S3DataDistributionType = c.Distribution.Length > 0 ? c.Distribution : S3DataDistribution.FullyReplicated,
            },
        },
    })];

    public static Aws.ResourceConfig Resources(TrainingJobDraft draft) => new()
    {
        InstanceType = draft.InstanceType,
        InstanceCount = draft.InstanceCount,
        VolumeSizeInGB = draft.VolumeGigabytes,
        VolumeKmsKeyId = draft.Protection.VolumeKey.Length > 0 ? draft.Protection.VolumeKey : null,
    };

    public static Aws.OutputDataConfig Output(TrainingJobDraft draft) => new()
    {
        S3OutputPath = draft.OutputPath,
        KmsKeyId = draft.Protection.OutputKey.Length > 0 ? draft.Protection.OutputKey : null,
    };

    public static Aws.StoppingCondition Limits(TrainingJobDraft draft) => new()
    {
        MaxRuntimeInSeconds = draft.MaxRuntimeSeconds,
        MaxWaitTimeInSeconds = draft.Spot?.MaxWaitSeconds,
    };

    public static Aws.VpcConfig? Vpc(TrainingJobDraft draft) => draft.Protection.Subnets.Count == 0 ? null : new()
    {
        Subnets = [.. draft.Protection.Subnets],
        SecurityGroupIds = [.. draft.Protection.SecurityGroups],
    };

    public static Aws.CheckpointConfig? Checkpoints(TrainingJobDraft draft) => draft.Spot is not { CheckpointUri.Length: > 0 } spot ? null : new()
    {
        S3Uri = spot.CheckpointUri,
        LocalPath = spot.CheckpointPath.Length > 0 ? spot.CheckpointPath : null,
    };

    private static List<string>? Texts(ValueList<string> texts) => texts.Count > 0 ? [.. texts] : null;

    public static List<Aws.Tag>? Tags(ValueList<ResourceTag> tags) =>
        tags.Count > 0 ? [.. tags.Select(t => new Aws.Tag { Key = t.Key, Value = t.Value })] : null;

    public static Dictionary<string, string> Map(IEnumerable<Setting> settings) => settings.ToDictionary(s => s.Name, s => s.Value);
}
