using MLOps.Cloud.Values;

namespace MLOps.Cloud.Training;

/// <summary>A training job. Inventory order: newest first.</summary>
/// <param name="Status"><c>InProgress</c>, <c>Completed</c>, <c>Failed</c>, <c>Stopping</c> or <c>Stopped</c>.</param>
public sealed record TrainingJobSummary(string Connection, string Name, string Status)
{
    public string Arn { get; init; } = "";

    /// <summary><c>Starting</c>, <c>Downloading</c>, <c>Training</c>, <c>Uploading</c>…; empty where not known.</summary>
    public string SecondaryStatus { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? Modified { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>Whether the members below are known; they are read one job at a time, newest first.</summary>
    public bool IsDescribed { get; init; }

    public string Image { get; init; } = "";

    public string InstanceType { get; init; } = "";

    public int InstanceCount { get; init; }

    public long? BillableSeconds { get; init; }

    public string FailureReason { get; init; } = "";

    /// <summary>The last value of each metric.</summary>
    public ValueList<MetricValue> Metrics { get; init; } = [];
}

/// <summary>A training job in depth.</summary>
public sealed record TrainingJobDetail(TrainingJobSummary Job)
{
    public string RoleArn { get; init; } = "";

    /// <summary>The image's digest where the reference holds one.</summary>
    public string ImageDigest { get; init; } = "";

    /// <summary>What it went through, in order.</summary>
    public ValueList<StatusStep> Timeline { get; init; } = [];

    public ValueList<Setting> Hyperparameters { get; init; } = [];

    public ValueList<Setting> Environment { get; init; } = [];

    public ValueList<DataChannel> Channels { get; init; } = [];

    public ValueList<MetricDefinition> MetricDefinitions { get; init; } = [];

    /// <summary>The S3 URI of <c>model.tar.gz</c>; empty until it is there.</summary>
    public string ModelArtifact { get; init; } = "";

    public string OutputPath { get; init; } = "";

    /// <summary><c>File</c>, <c>FastFile</c> or <c>Pipe</c>.</summary>
    public string InputMode { get; init; } = "";

    /// <summary>The tuning job that it belongs to; empty where it stands alone.</summary>
    public string TuningJob { get; init; } = "";

    public int VolumeGigabytes { get; init; }

    public JobProtection Protection { get; init; } = new();

    /// <summary>How it uses spot instances; null where it does not.</summary>
    public SpotUse? Spot { get; init; }

    /// <summary>What the container runs in place of its image's own program; empty for that.</summary>
    public ValueList<string> Entrypoint { get; init; } = [];

    public ValueList<string> Arguments { get; init; } = [];

    public TimeSpan? MaxRuntime { get; init; }

    public DateTimeOffset? Started { get; init; }

    public TimeSpan? TrainingTime { get; init; }

    public ValueList<ResourceTag> Tags { get; init; } = [];
}

/// <summary>One step of a status timeline; <paramref name="Ended"/> is null while it lasts.</summary>
public sealed record StatusStep(string Status, DateTimeOffset? Started, DateTimeOffset? Ended, string Message);

/// <summary>An input of a training job.</summary>
public sealed record DataChannel(string Name, string S3Uri, string ContentType = "", string InputMode = "", string Distribution = "");

/// <summary>How a metric is read out of the log: the first group of the expression is the value.</summary>
public sealed record MetricDefinition(string Name, string Regex);
