using System.Security.Cryptography;
using System.Text;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Training;

namespace MLOps.Cloud.Evidence;

/// <inheritdoc/>
internal sealed class TrainingDataReader(IObjectStore objects) : ITrainingDataReader
{
    public async Task<TrainingData> ReadAsync(string connection, TrainingJobDetail job, CancellationToken cancelled = default)
    {
        var channels = new List<ChannelData>();
        foreach (var channel in job.Channels)
            channels.Add(await ReadAsync(connection, channel, job.Started ?? job.Job.Created, cancelled));
        return new TrainingData(channels);
    }

    private async Task<ChannelData> ReadAsync(string connection, DataChannel channel, DateTimeOffset started, CancellationToken cancelled)
    {
        // Channels of other kinds (file systems) have no objects to name.
        if (ObjectRef.Parse(channel.S3Uri) is not { } place)
            return new ChannelData(channel.Name, channel.S3Uri, 0, 0, "", null);
        var found = (await objects.ListAsync(connection, place.Bucket, place.Key, null, cancelled)).Items;
        var newest = found.Count == 0 ? (DateTimeOffset?)null : found.Max(o => o.Modified);
        var changed = newest > started ? newest : null;
        var identity = found switch
        {
            { Count: 0 } => "",
            { Count: 1 } => await VersionAsync(connection, place.Bucket, found[0], started, cancelled),
            _ => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', found.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key} {o.ETag}"))))),
        };
        return new ChannelData(channel.Name, channel.S3Uri, found.Count, found.Sum(o => o.Size), identity, changed);
    }

    private async Task<string> VersionAsync(string connection, string bucket, ObjectInfo only, DateTimeOffset started, CancellationToken cancelled)
    {
        var versions = await objects.VersionsAsync(connection, bucket, only.Key, cancelled);
        var then = versions.Where(v => v.Modified <= started).MaxBy(v => v.Modified) ?? (versions is [var newest, ..] ? newest : null);
        return then is { VersionId: not ("" or "null") } ? then.VersionId : (then?.ETag ?? only.ETag).Trim('"');
    }
}
