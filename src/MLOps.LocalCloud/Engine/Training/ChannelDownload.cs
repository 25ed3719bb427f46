using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Training;

/// <summary>Brings a job's input channels from S3 to its folder (File mode).</summary>
internal sealed class ChannelDownload(S3Objects objects)
{
    /// <exception cref="TrainingFault">There is no data, or it cannot be read.</exception>
    public async Task RunAsync(Scope scope, JsonObject job, JobFolder folder, CancellationToken cancelled)
    {
        foreach (var channel in job.Objects("InputDataConfig"))
        {
            var target = folder.Channel(channel.Required("ChannelName"));
            Directory.CreateDirectory(target);
            var source = channel.Object("DataSource")!.Object("S3DataSource")!;
            try
            {
                await IntoAsync(scope, S3Location.Parse(source.Required("S3Uri"))!, source.Text("S3DataType") == "ManifestFile", target, cancelled);
            }
            catch (AwsException e)
            {
                throw new TrainingFault($"ClientError: Data download failed: {source.Text("S3Uri")}: {e.Message}");
            }
        }
    }

    /// <summary>Downloads a source's objects into a folder, by their names below the source's prefix.</summary>
    /// <exception cref="TrainingFault">There are none, the manifest is none, or a name leads out of the folder.</exception>
    /// <exception cref="AwsException">S3 refuses.</exception>
    public async Task IntoAsync(Scope scope, S3Location source, bool isManifest, string folder, CancellationToken cancelled)
    {
        foreach (var (location, name) in await FilesAsync(scope, source, isManifest, cancelled))
            await objects.DownloadAsync(scope, location, Inside(folder, name), cancelled);
    }

    /// <summary>Whether a channel's source has anything to download.</summary>
    public async Task<bool> HasDataAsync(Scope scope, JsonObject source, CancellationToken cancelled) =>
        S3Location.Parse(source.Text("S3Uri")) is { } location && (await objects.ListAsync(scope, location, cancelled, limit: 1)).Count > 0;

    /// <summary>The objects of a source, each with its name below the source's prefix.</summary>
    /// <exception cref="TrainingFault">There are none, or the manifest is none.</exception>
    /// <exception cref="AwsException">S3 refuses.</exception>
    public async Task<IReadOnlyList<(S3Location Location, string Name)>> FilesAsync(Scope scope, S3Location location, bool isManifest, CancellationToken cancelled)
    {
        var files = isManifest
            ? await ManifestAsync(scope, location, cancelled)
            : [.. (await objects.ListAsync(scope, location, cancelled)).Where(k => !k.EndsWith('/')).Select(k => (location with { Key = k }, Relative(location.Key, k)))];
        return files.Count > 0 ? files : throw new TrainingFault(
            $"ClientError: Data download failed: No S3 objects found under S3 URL \"{location}\" given in input data source.");
    }

    /// <summary>The name below the channel: what follows the prefix's folder; for the very object named, its own name.</summary>
    internal static string Relative(string prefix, string key)
    {
        if (key.Length > prefix.Length && (prefix.Length == 0 || prefix.EndsWith('/')))
            return key[prefix.Length..];
        return key.Length > prefix.Length && key[prefix.Length] == '/' ? key[(prefix.Length + 1)..] : key[(prefix.LastIndexOf('/') + 1)..];
    }

    private async Task<IReadOnlyList<(S3Location, string)>> ManifestAsync(Scope scope, S3Location location, CancellationToken cancelled)
    {
        var path = Path.GetTempFileName();
        try
        {
            await objects.DownloadAsync(scope, location, path, cancelled);
            var entries = JsonNode.Parse(await File.ReadAllTextAsync(path, cancelled)) as JsonArray;
            var prefix = S3Location.Parse((entries?.FirstOrDefault() as JsonObject)?.Text("prefix")) ??
                throw new TrainingFault($"ClientError: Data download failed: the manifest {location} does not begin with an object that has a prefix.");
            return [.. entries!.Skip(1).Select(e => e!.GetValue<string>()).Select(e => (prefix with { Key = prefix.Key + e }, e))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TrainingFault($"ClientError: Data download failed: {location} is not a manifest: {e.Message}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Inside(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name.TrimStart('/')));
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path : throw new TrainingFault($"ClientError: Data download failed: the key {name} leads out of its channel.");
    }
}
