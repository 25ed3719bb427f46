using System.Text.RegularExpressions;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Training;

/// <summary>
/// Checks drafts against the limits of the API, so that a form can say what is wrong before anything is sent. The numbers are
/// those of SageMaker's API model (CreateTrainingJob and its shapes).
/// </summary>
public static partial class DraftChecks
{
    private const int MostHyperparameters = 100, MostChannels = 20, MostMetrics = 40, MostTags = 50, MostVariables = 100, MostSubnets = 16, MostSecurityGroups = 5, LongestWait = 432_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>All faults of a draft, in the order of the form; none where the API would take it.</summary>
    public static IReadOnlyList<DraftFault> Of(TrainingJobDraft draft) =>
    [
        .. Name(nameof(draft.Name), draft.Name, 63),
        .. If(draft.Image.Length == 0 || draft.Image.Length > 255 || draft.Image.Any(char.IsWhiteSpace), nameof(draft.Image), "Name an image of at most 255 characters, such as account.dkr.ecr.region.amazonaws.com/name:tag."),
        .. If(!Role().IsMatch(draft.RoleArn), nameof(draft.RoleArn), "Give a role as arn:aws:iam::123456789012:role/name."),
        .. Settings(nameof(draft.Hyperparameters), draft.Hyperparameters, MostHyperparameters, 256, 2500),
        .. Channels(draft.Channels),
        .. If(!IsS3(draft.OutputPath), nameof(draft.OutputPath), "Give a place in S3 as s3://bucket/prefix."),
        .. If(!Instance().IsMatch(draft.InstanceType), nameof(draft.InstanceType), "Give an instance type such as ml.m5.large."),
        .. Range(nameof(draft.InstanceCount), "instances", draft.InstanceCount, 1, 1000),
        .. Range(nameof(draft.VolumeGigabytes), "gigabytes", draft.VolumeGigabytes, 1, 16_384),
        .. Range(nameof(draft.MaxRuntimeSeconds), "seconds", draft.MaxRuntimeSeconds, 1, 432_000),
        .. Protection(draft.Protection),
        .. If(draft.Spot is { } spot && (spot.MaxWaitSeconds < draft.MaxRuntimeSeconds || spot.MaxWaitSeconds > LongestWait), nameof(draft.Spot),
            $"The time with waiting must be at least the time limit, {draft.MaxRuntimeSeconds} s, and at most {LongestWait:N0} s."),
        .. If(draft.Spot is { CheckpointUri.Length: > 0 } kept && !IsS3(kept.CheckpointUri), nameof(draft.Spot), "Give the checkpoints a place in S3 as s3://bucket/prefix."),
        .. Metrics(draft.MetricDefinitions),
        .. Settings(nameof(draft.Environment), draft.Environment, MostVariables, 512, 512),
        .. Tags(nameof(draft.Tags), draft.Tags),
    ];

    /// <summary>Whether a text is the name of a job: letters, digits and single or several hyphens between them.</summary>
    public static IEnumerable<DraftFault> Name(string field, string name, int longest) =>
        If(name.Length > longest || !JobName().IsMatch(name), field, $"A name has 1 to {longest} letters, digits and hyphens, and begins and ends with a letter or a digit.");

    /// <summary>Whether a text is a place in S3.</summary>
    public static bool IsS3(string uri) => uri.Length <= 1024 && S3().IsMatch(uri);

    internal static IEnumerable<DraftFault> If(bool wrong, string field, string message) => wrong ? [new DraftFault(field, message)] : [];

    internal static IEnumerable<DraftFault> Range(string field, string what, int value, int least, int most) =>
        If(value < least || value > most, field, $"It must be {least:N0} to {most:N0} {what}.");

    internal static IEnumerable<DraftFault> Tags(string field, ValueList<ResourceTag> tags) => If(
        tags.Count > MostTags || tags.Any(t => t.Key.Length is 0 or > 128 || t.Value.Length > 256), field, "A resource has at most 50 tags; keys have 1 to 128 characters, values at most 256.");

    private static IEnumerable<DraftFault> Settings(string field, ValueList<Setting> settings, int most, int longestName, int longestValue) =>
    [
        .. If(settings.Count > most, field, $"There may be at most {most}."),
        .. If(settings.GroupBy(s => s.Name).Any(g => g.Count() > 1), field, "Each name may be there once."),
        .. settings.Where(s => s.Name.Length == 0 || s.Name.Length > longestName || s.Value.Length > longestValue)
            .Select(s => new DraftFault(field, $"'{s.Name}': a name has 1 to {longestName} characters, a value at most {longestValue}.")),
    ];

    private static IEnumerable<DraftFault> Channels(ValueList<DataChannel> channels) =>
    [
        .. If(channels.Count > MostChannels, "Channels", $"There may be at most {MostChannels} channels."),
        .. If(channels.GroupBy(c => c.Name).Any(g => g.Count() > 1), "Channels", "Each channel needs a name of its own."),
        .. channels.Where(c => !ChannelName().IsMatch(c.Name)).Select(c => new DraftFault("Channels", $"'{c.Name}': a channel's name has 1 to 64 letters, digits, dots, hyphens and underscores.")),
        .. channels.Where(c => !IsS3(c.S3Uri)).Select(c => new DraftFault("Channels", $"'{c.Name}': give a place in S3 as s3://bucket/prefix.")),
    ];

    private static IEnumerable<DraftFault> Protection(JobProtection protection) =>
    [
        .. If(protection.Subnets.Count > 0 != protection.SecurityGroups.Count > 0, nameof(TrainingJobDraft.Protection), "A VPC needs both: subnets and security groups."),
        .. If(protection.Subnets.Count > MostSubnets || protection.SecurityGroups.Count > MostSecurityGroups, nameof(TrainingJobDraft.Protection),
            $"There may be at most {MostSubnets} subnets and {MostSecurityGroups} security groups."),
        .. protection.Subnets.Concat(protection.SecurityGroups).Where(id => !NetworkId().IsMatch(id))
            .Select(id => new DraftFault(nameof(TrainingJobDraft.Protection), $"'{id}' is no id such as subnet-0a1b2c3d or sg-0a1b2c3d.")),
        .. new[] { protection.VolumeKey, protection.OutputKey }.Where(key => !KeyId().IsMatch(key))
            .Select(key => new DraftFault(nameof(TrainingJobDraft.Protection), $"'{key}' is no key: give its id, ARN or alias/name.")),
    ];

    private static IEnumerable<DraftFault> Metrics(ValueList<MetricDefinition> metrics) =>
    [
        .. If(metrics.Count > MostMetrics, "MetricDefinitions", $"There may be at most {MostMetrics} metric definitions."),
        .. metrics.Where(m => m.Name.Length is 0 or > 255 || m.Regex.Length is 0 or > 500 || !IsRegex(m.Regex))
            .Select(m => new DraftFault("MetricDefinitions", $"'{m.Name}': a name has 1 to 255 characters, an expression 1 to 500, and it must be a regular expression.")),
    ];

    private static bool IsRegex(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.None, Patience);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9](-*[a-zA-Z0-9])*$")]
    private static partial Regex JobName();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex ChannelName();

    [GeneratedRegex(@"^arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$")]
    private static partial Regex Role();

    [GeneratedRegex(@"^ml\.[a-z0-9-]+\.[a-z0-9]+$")]
    private static partial Regex Instance();

    [GeneratedRegex("^[-0-9a-zA-Z]{1,32}$")]
    private static partial Regex NetworkId();

    [GeneratedRegex("^[a-zA-Z0-9:/_-]{0,2048}$")]
    private static partial Regex KeyId();

    [GeneratedRegex("^s3://[a-z0-9][a-z0-9.-]+(/.*)?$")]
    private static partial Regex S3();
}
