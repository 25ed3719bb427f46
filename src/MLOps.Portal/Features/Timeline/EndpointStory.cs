using System.Globalization;
using MLOps.Cloud.Endpoints;
using MLOps.Portal.Shared.History;

namespace MLOps.Portal.Features.Timeline;

/// <summary>Reads out of two looks at an endpoint what happened between them. It knows no database and no clock.</summary>
internal static class EndpointStory
{
    private const double LeastChange = 0.0005;

    /// <summary>What an endpoint serves now; nothing while it has never served.</summary>
    public static IEnumerable<ServedRow> Serving(EndpointSummary endpoint, Func<string, string> trainingJob, DateTimeOffset at)
    {
        if (endpoint.Status is "Creating" or "Failed" or "Deleting" || endpoint.Variants.All(v => v.CurrentInstances == 0))
            yield break;
        var all = endpoint.Variants.Sum(v => v.CurrentWeight);
        foreach (var variant in endpoint.Variants)
            yield return new ServedRow
            {
                Connection = endpoint.Connection, Endpoint = endpoint.Name, Variant = variant.Name, Model = variant.Model, TrainingJob = trainingJob(variant.Model),
                ConfigName = endpoint.ConfigName, ImageDigest = variant.ImageDigest, Share = all > 0 ? variant.CurrentWeight / all : 0, From = at,
            };
    }

    /// <summary>Whether an endpoint is meant to serve what it served, and none of its instances is there just now.</summary>
    public static bool IsStarting(EndpointSummary endpoint, IEnumerable<ServedRow> served) =>
        endpoint.Status == "InService" && endpoint.Variants.All(v => v.CurrentInstances == 0) && served.Any() && served.All(s => s.ConfigName == endpoint.ConfigName);

    /// <summary>Whether two rows are one period: the same model with the same share.</summary>
    public static bool IsSame(ServedRow a, ServedRow b) =>
        a.Variant == b.Variant && a.Model == b.Model && a.ConfigName == b.ConfigName && Math.Abs(a.Share - b.Share) < LeastChange;

    /// <summary>The changes between two looks; null stands for an endpoint that was not there.</summary>
    /// <param name="now">When the second look was, for what carries no time of its own.</param>
    public static IEnumerable<ChangeRow> Changes(EndpointSummary? before, EndpointSummary? after, DateTimeOffset now)
    {
        if (after is null)
        {
            if (before is not null)
                yield return Row(before, now, EndpointChangeKind.Deleted, before.ConfigName, "");
            yield break;
        }
        var at = after.Modified ?? now;
        if (before is null)
        {
            yield return Row(after, after.Created, EndpointChangeKind.Created, after.ConfigName, Variants(after));
            // What comes with the endpoint itself is no deployment over another one.
            if (after.Status != "Creating" && after.Pending is { } running)
                yield return Row(after, running.Started ?? at, EndpointChangeKind.Started, running.ConfigName, "");
            yield break;
        }
        if (after.Status != "Creating" && after.Pending is { } begun && before.Pending?.ConfigName != begun.ConfigName)
            yield return Row(after, begun.Started ?? at, EndpointChangeKind.Started, begun.ConfigName, "");
        if (after.Status == "Failed" && before.Status != "Failed")
            yield return Row(after, at, EndpointChangeKind.Failed, before.Pending?.ConfigName ?? after.ConfigName, after.FailureReason);
        else if (before.ConfigName != after.ConfigName && before.ConfigName.Length > 0)
            yield return Row(after, at, EndpointChangeKind.Deployed, after.ConfigName, Variants(after));
        else if (before.Pending is { } ended && after.Pending is null && after.FailureReason.Length > 0)
            yield return Row(after, at, EndpointChangeKind.RolledBack, ended.ConfigName, after.FailureReason);
        // While its instances come up its weights go from nothing to what was asked for: that is no change of anybody.
        else if (before.Status != "Creating" && before.Variants.Any(v => v.CurrentInstances > 0) && Weights(before) != Weights(after) && before.Variants.Count == after.Variants.Count)
            yield return Row(after, at, EndpointChangeKind.Weights, after.ConfigName, $"{Weights(before)} → {Weights(after)}");
    }

    private static ChangeRow Row(EndpointSummary endpoint, DateTimeOffset at, EndpointChangeKind kind, string config, string what) => new()
    {
        Connection = endpoint.Connection, Endpoint = endpoint.Name, At = at, Kind = kind, ConfigName = config,
        What = what.Length <= ChangeRow.LongestText ? what : what[..ChangeRow.LongestText],
    };

    private static string Variants(EndpointSummary endpoint) =>
        string.Join(", ", endpoint.Variants.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Name}: {v.DesiredInstances} × {v.InstanceType}")));

    private static string Weights(EndpointSummary endpoint) => string.Join(", ", endpoint.Variants.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Name} {v.CurrentWeight:0.###}")));
}
