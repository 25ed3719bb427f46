using MLOps.Cloud.Values;

namespace MLOps.Cloud.Training;

/// <summary>A training job that somebody is about to launch: what CreateTrainingJob takes, as a form holds it.</summary>
public sealed record TrainingJobDraft(string Name)
{
    public string Image { get; init; } = "";

    /// <summary><c>File</c>, <c>FastFile</c> or <c>Pipe</c>.</summary>
    public string InputMode { get; init; } = "File";

    public string RoleArn { get; init; } = "";

    public ValueList<Setting> Hyperparameters { get; init; } = [];

    public ValueList<DataChannel> Channels { get; init; } = [];

    /// <summary>Where artifacts go, as <c>s3://bucket/prefix</c>.</summary>
    public string OutputPath { get; init; } = "";

    public string InstanceType { get; init; } = "ml.m5.large";

    public int InstanceCount { get; init; } = 1;

    public int VolumeGigabytes { get; init; } = 5;

    public int MaxRuntimeSeconds { get; init; } = 3600;

    public ValueList<MetricDefinition> MetricDefinitions { get; init; } = [];

    public ValueList<Setting> Environment { get; init; } = [];

    public ValueList<ResourceTag> Tags { get; init; } = [];

    public JobProtection Protection { get; init; } = new();

    /// <summary>How it uses spot instances; null where it shall not.</summary>
    public SpotUse? Spot { get; init; }

    /// <summary>What the container runs in place of its image's own program; empty for that.</summary>
    public ValueList<string> Entrypoint { get; init; } = [];

    public ValueList<string> Arguments { get; init; } = [];

    /// <summary>A draft that repeats a job under another name, as somebody's own: <see cref="OwnTags"/> and <see cref="OwnParameters"/> alone.</summary>
    public static TrainingJobDraft Of(TrainingJobDetail job, string name) => new(name)
    {
        Image = job.Job.Image,
        InputMode = job.InputMode.Length > 0 ? job.InputMode : "File",
        RoleArn = job.RoleArn,
        Hyperparameters = OwnParameters(job.Hyperparameters),
        Channels = job.Channels,
        OutputPath = job.OutputPath,
        InstanceType = job.Job.InstanceType,
        InstanceCount = Math.Max(1, job.Job.InstanceCount),
        VolumeGigabytes = Math.Max(1, job.VolumeGigabytes),
        MaxRuntimeSeconds = (int)(job.MaxRuntime?.TotalSeconds ?? 3600),
        MetricDefinitions = job.MetricDefinitions,
        Environment = job.Environment,
        Protection = job.Protection,
        Spot = job.Spot,
        Entrypoint = job.Entrypoint,
        Arguments = job.Arguments,
        Tags = OwnTags(job.Tags),
    };

    /// <summary>The hyperparameters without those that tuning jobs add of their own.</summary>
    public static ValueList<Setting> OwnParameters(ValueList<Setting> parameters) => parameters.Where(h => !h.Name.StartsWith("_tuning_", StringComparison.Ordinal)).ToValueList();

    /// <summary>The tags that a person gives: no repetition belongs to the pipeline that the others tell of.</summary>
    public static ValueList<ResourceTag> OwnTags(ValueList<ResourceTag> tags) => tags.Where(t => !t.IsReserved).ToValueList();
}

/// <summary>Something in a form that the cloud would refuse.</summary>
/// <param name="Field">Which one: a member of the draft.</param>
public sealed record DraftFault(string Field, string Message);
