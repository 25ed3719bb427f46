using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Components;

namespace MLOps.Portal.Features.Training.Launching;

/// <summary>A training job while somebody fills in its form.</summary>
public sealed class LaunchForm
{
    public string Name { get; set; } = "";

    public string Image { get; set; } = "";

    public string InputMode { get; set; } = "File";

    public string RoleArn { get; set; } = "";

    public List<SettingRows.Row> Hyperparameters { get; set; } = [];

    public List<Channel> Channels { get; set; } = [];

    public string OutputPath { get; set; } = "";

    public string InstanceType { get; set; } = "ml.m5.large";

    public int InstanceCount { get; set; } = 1;

    public int VolumeGigabytes { get; set; } = 5;

    public int MaxRuntimeSeconds { get; set; } = 3600;

    /// <summary>Subnets and security groups of a VPC, with commas between them.</summary>
    public string Subnets { get; set; } = "";

    public string SecurityGroups { get; set; } = "";

    public bool IsIsolated { get; set; }

    public bool EncryptsTraffic { get; set; }

    public string VolumeKey { get; set; } = "";

    public string OutputKey { get; set; } = "";

    public bool IsSpot { get; set; }

    public int MaxWaitSeconds { get; set; } = 7200;

    public string CheckpointUri { get; set; } = "";

    public string CheckpointPath { get; set; } = "";

    public List<SettingRows.Row> Metrics { get; set; } = [];

    public List<SettingRows.Row> Environment { get; set; } = [];

    public List<SettingRows.Row> Tags { get; set; } = [];

    /// <summary>What the container runs, as the job before was told; the form does not change it.</summary>
    public (ValueList<string> Entrypoint, ValueList<string> Arguments) Command { get; set; } = ([], []);

    /// <summary>The form filled in with a draft.</summary>
    public static LaunchForm Of(TrainingJobDraft draft) => new()
    {
        Name = draft.Name,
        Image = draft.Image,
        InputMode = draft.InputMode,
        RoleArn = draft.RoleArn,
        Hyperparameters = SettingRows.Row.Of(draft.Hyperparameters),
        Channels = [.. draft.Channels.Select(c => new Channel { Name = c.Name, S3Uri = c.S3Uri, ContentType = c.ContentType, InputMode = c.InputMode, Distribution = c.Distribution })],
        OutputPath = draft.OutputPath,
        InstanceType = draft.InstanceType,
        InstanceCount = draft.InstanceCount,
        VolumeGigabytes = draft.VolumeGigabytes,
        MaxRuntimeSeconds = draft.MaxRuntimeSeconds,
        Metrics = [.. draft.MetricDefinitions.Select(m => new SettingRows.Row { Name = m.Name, Value = m.Regex })],
        Subnets = string.Join(", ", draft.Protection.Subnets),
        SecurityGroups = string.Join(", ", draft.Protection.SecurityGroups),
        IsIsolated = draft.Protection.IsIsolated,
        EncryptsTraffic = draft.Protection.EncryptsTraffic,
        VolumeKey = draft.Protection.VolumeKey,
        OutputKey = draft.Protection.OutputKey,
        IsSpot = draft.Spot is not null,
        MaxWaitSeconds = draft.Spot?.MaxWaitSeconds ?? 2 * draft.MaxRuntimeSeconds,
        CheckpointUri = draft.Spot?.CheckpointUri ?? "",
        CheckpointPath = draft.Spot?.CheckpointPath ?? "",
        Command = (draft.Entrypoint, draft.Arguments),
        Environment = SettingRows.Row.Of(draft.Environment),
        Tags = [.. draft.Tags.Select(t => new SettingRows.Row { Name = t.Key, Value = t.Value })],
    };

    /// <summary>What the form holds; rows without a name are left out.</summary>
    public TrainingJobDraft ToDraft() => new(Name.Trim())
    {
        Image = Image.Trim(),
        InputMode = InputMode,
        RoleArn = RoleArn.Trim(),
        Hyperparameters = SettingRows.Row.Settings(Hyperparameters),
        Channels = Channels.Where(c => c.Name.Length > 0 || c.S3Uri.Length > 0).Select(c => new DataChannel(c.Name.Trim(), c.S3Uri.Trim(), c.ContentType.Trim(), c.InputMode, c.Distribution)).ToValueList(),
        OutputPath = OutputPath.Trim(),
        InstanceType = InstanceType.Trim(),
        InstanceCount = InstanceCount,
        VolumeGigabytes = VolumeGigabytes,
        MaxRuntimeSeconds = MaxRuntimeSeconds,
        MetricDefinitions = Metrics.Where(r => r.Name.Length > 0).Select(r => new MetricDefinition(r.Name, r.Value)).ToValueList(),
        Protection = new JobProtection
        {
            Subnets = Parts(Subnets),
            SecurityGroups = Parts(SecurityGroups),
            IsIsolated = IsIsolated,
            EncryptsTraffic = EncryptsTraffic,
            VolumeKey = VolumeKey.Trim(),
            OutputKey = OutputKey.Trim(),
        },
        Spot = IsSpot ? new SpotUse(MaxWaitSeconds, CheckpointUri.Trim(), CheckpointPath) : null,
        Entrypoint = Command.Entrypoint,
        Arguments = Command.Arguments,
        Environment = SettingRows.Row.Settings(Environment),
        Tags = Tags.Where(r => r.Name.Length > 0).Select(r => new ResourceTag(r.Name, r.Value)).ToValueList(),
    };

    private static ValueList<string> Parts(string text) => text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToValueList();

    /// <summary>An input while it is edited.</summary>
    public sealed class Channel
    {
        public string Name { get; set; } = "";

        public string S3Uri { get; set; } = "";

        public string ContentType { get; set; } = "text/csv";

        /// <summary>How its files come; as the job's others where empty.</summary>
        public string InputMode { get; set; } = "";

        /// <summary>Whether each instance gets all of it (<c>FullyReplicated</c>) or a part (<c>ShardedByS3Key</c>).</summary>
        public string Distribution { get; set; } = "";
    }
}
