using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Components;

namespace MLOps.Portal.Features.Training;

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

    public List<SettingRows.Row> Metrics { get; set; } = [];

    public List<SettingRows.Row> Environment { get; set; } = [];

    public List<SettingRows.Row> Tags { get; set; } = [];

    /// <summary>The form filled in with a draft.</summary>
    public static LaunchForm Of(TrainingJobDraft draft) => new()
    {
        Name = draft.Name,
        Image = draft.Image,
        InputMode = draft.InputMode,
        RoleArn = draft.RoleArn,
        Hyperparameters = SettingRows.Row.Of(draft.Hyperparameters),
        Channels = [.. draft.Channels.Select(c => new Channel { Name = c.Name, S3Uri = c.S3Uri, ContentType = c.ContentType })],
        OutputPath = draft.OutputPath,
        InstanceType = draft.InstanceType,
        InstanceCount = draft.InstanceCount,
        VolumeGigabytes = draft.VolumeGigabytes,
        MaxRuntimeSeconds = draft.MaxRuntimeSeconds,
        Metrics = [.. draft.MetricDefinitions.Select(m => new SettingRows.Row { Name = m.Name, Value = m.Regex })],
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
        Channels = Channels.Where(c => c.Name.Length > 0 || c.S3Uri.Length > 0).Select(c => new DataChannel(c.Name.Trim(), c.S3Uri.Trim(), c.ContentType.Trim())).ToValueList(),
        OutputPath = OutputPath.Trim(),
        InstanceType = InstanceType.Trim(),
        InstanceCount = InstanceCount,
        VolumeGigabytes = VolumeGigabytes,
        MaxRuntimeSeconds = MaxRuntimeSeconds,
        MetricDefinitions = Metrics.Where(r => r.Name.Length > 0).Select(r => new MetricDefinition(r.Name, r.Value)).ToValueList(),
        Environment = SettingRows.Row.Settings(Environment),
        Tags = Tags.Where(r => r.Name.Length > 0).Select(r => new ResourceTag(r.Name, r.Value)).ToValueList(),
    };

    /// <summary>An input while it is edited.</summary>
    public sealed class Channel
    {
        public string Name { get; set; } = "";

        public string S3Uri { get; set; } = "";

        public string ContentType { get; set; } = "text/csv";
    }
}
