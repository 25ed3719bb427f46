using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Training;

/// <summary>Where a pipeline takes its uploads from.</summary>
public sealed record UploadPlace(string Pipeline, string Bucket, string Key);

/// <summary>Hands <c>trainingjob.zip</c> to pipelines. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface ITrainingUploads
{
    /// <summary>The largest zip that is taken, in bytes: the pipeline's function reads no larger one.</summary>
    const int LargestZip = 8 << 20;

    /// <summary>The pipelines that begin with an object in S3 whose name ends with <c>.zip</c>.</summary>
    Task<IReadOnlyList<UploadPlace>> PlacesAsync(string connection, CancellationToken cancelled = default);

    /// <summary>Puts the zip where the pipeline looks, which starts it; answers the object's version.</summary>
    /// <param name="summary">What it brings, in a line; the pipeline shows it with the revision.</param>
    /// <param name="requestedBy">Who asks; who does may not sign the result off.</param>
    Task<string> UploadAsync(string connection, UploadPlace place, ReadOnlyMemory<byte> zip, string summary, string requestedBy, CancellationToken cancelled = default);

    /// <summary>The version of an upload that holds this content and was written since; empty in a bucket without versions, null where there is none.</summary>
    /// <param name="digest">As <see cref="Digest"/> makes it.</param>
    Task<string?> FindAsync(string connection, string bucket, string key, string digest, DateTimeOffset since, CancellationToken cancelled = default);

    /// <summary>The SHA-256 of a zip: 64 lower-case hex digits.</summary>
    static string Digest(ReadOnlySpan<byte> zip) => Convert.ToHexStringLower(SHA256.HashData(zip));
}

/// <summary>Looks into an upload before it is sent.</summary>
public static class UploadCheck
{
    private static readonly string[] Needed = ["trainingjob.json", "deployment.json"];

    /// <summary>What is wrong with a zip, for people; null where a pipeline can take it.</summary>
    public static string? Fault(byte[] zip)
    {
        if (zip.Length > ITrainingUploads.LargestZip)
            return $"The zip has {zip.Length:N0} bytes; at most {ITrainingUploads.LargestZip:N0} are taken.";
        try
        {
            using var archive = new ZipArchive(new MemoryStream(zip), ZipArchiveMode.Read);
            foreach (var name in Needed)
            {
                if (archive.GetEntry(name) is not { } entry)
                    return $"The zip holds no {name} at its top.";
                using var content = entry.Open();
                using var json = JsonDocument.Parse(content);
            }
            return null;
        }
        catch (InvalidDataException)
        {
            return "This is no zip file.";
        }
        catch (JsonException e)
        {
            return $"A file of the zip is not JSON: {e.Message}";
        }
    }
}

/// <inheritdoc/>
internal sealed class TrainingUploads(IInventory<PipelineSummary> pipelines, PipelineCalls calls, ObjectStore objects) : ITrainingUploads
{
    public async Task<IReadOnlyList<UploadPlace>> PlacesAsync(string connection, CancellationToken cancelled = default)
    {
        var found = await Several.ReadAsync(pipelines.Current(connection).Items, async (p, token) =>
        {
            var definition = await calls.DefinitionAsync(connection, p.Name, token);
            var source = definition.Stages.SelectMany(s => s.Actions).FirstOrDefault(a => a is { Category: "Source", Provider: "S3" });
            return new UploadPlace(p.Name, Setting(source, "S3Bucket"), Setting(source, "S3ObjectKey"));
        }, cancelled);
        return [.. found.Where(p => p.Bucket.Length > 0 && p.Key.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))];
    }

    public Task<string> UploadAsync(
        string connection, UploadPlace place, ReadOnlyMemory<byte> zip, string summary, string requestedBy, CancellationToken cancelled = default) =>
        UploadCheck.Fault(zip.ToArray()) is { } fault
            ? throw new CloudException(new CloudFault(CloudFaultKind.Invalid, fault))
            : objects.WriteAsync(connection, place.Bucket, place.Key, zip, "application/zip",
                [new("codepipeline-artifact-revision-summary", Ascii(summary)), new(ModelEvidenceReader.RequestedByKey, Ascii(requestedBy))], cancelled);

    public async Task<string?> FindAsync(string connection, string bucket, string key, string digest, DateTimeOffset since, CancellationToken cancelled = default)
    {
        foreach (var version in (await objects.VersionsAsync(connection, bucket, key, cancelled)).Where(v => v.Modified >= since && v.Size <= ITrainingUploads.LargestZip))
        {
            var content = await objects.ReadAsync(connection, new ObjectRef(bucket, key, version.VersionId), ITrainingUploads.LargestZip, cancelled);
            if (ITrainingUploads.Digest(content) == digest)
                return version.VersionId;
        }
        return null;
    }

    private static string Setting(ActionDefinition? action, string name) => action?.Configuration.FirstOrDefault(s => s.Name == name)?.Value ?? "";

    // S3's metadata are HTTP headers: other letters would not arrive.
    private static string Ascii(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'));
}
