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
        },
        RoleArn = draft.RoleArn,
        HyperParameters = Map(draft.Hyperparameters),
        InputDataConfig = Channels(draft),
        OutputDataConfig = new Aws.OutputDataConfig { S3OutputPath = draft.OutputPath },
        ResourceConfig = Resources(draft),
        StoppingCondition = new Aws.StoppingCondition { MaxRuntimeInSeconds = draft.MaxRuntimeSeconds },
        Environment = draft.Environment.Count > 0 ? Map(draft.Environment) : null,
        Tags = Tags(draft),
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
    };

    public static List<Aws.Tag>? Tags(TrainingJobDraft draft) =>
        draft.Tags.Count > 0 ? [.. draft.Tags.Select(t => new Aws.Tag { Key = t.Key, Value = t.Value })] : null;

    public static Dictionary<string, string> Map(IEnumerable<Setting> settings) => settings.ToDictionary(s => s.Name, s => s.Value);
}
