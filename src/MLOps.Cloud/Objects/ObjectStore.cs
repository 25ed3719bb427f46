using System.IO.Compression;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Objects;

/// <inheritdoc/>
internal sealed class ObjectStore(ICloudClients clients, ICloudConnections connections) : IObjectStore
{
    private const int LargestText = 1 << 20;
    private const int MostFiles = 200;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public async Task<byte[]> ReadAsync(string connection, ObjectRef source, int maxBytes = 8 << 20, CancellationToken cancelled = default) =>
        (await ReadWithMetadataAsync(connection, source, maxBytes, cancelled)).Content;

    public async Task<ObjectContent> OpenAsync(string connection, ObjectRef source, CancellationToken cancelled = default)
    {
        var answer = await clients.Get<IAmazonS3>(connection).GetObjectAsync(
            new GetObjectRequest { BucketName = source.Bucket, Key = source.Key, VersionId = source.VersionId.Length > 0 ? source.VersionId : null }, cancelled);
        return new ObjectContent(answer.ResponseStream, answer.ContentLength, answer.Headers.ContentType ?? "", answer);
    }

    /// <summary>The whole object with its own metadata, by names without their prefix.</summary>
    public async Task<(byte[] Content, IReadOnlyDictionary<string, string> Metadata)> ReadWithMetadataAsync(
        string connection, ObjectRef source, int maxBytes, CancellationToken cancelled)
    {
        var (content, answer) = await ReadAnswerAsync(connection, source, maxBytes, cancelled);
        return (content, answer.Metadata.Keys.ToDictionary(k => k.Replace("x-amz-meta-", "", StringComparison.OrdinalIgnoreCase), k => answer.Metadata[k]));
    }

    /// <summary>The whole object with its content type; empty where it has none.</summary>
    public async Task<(byte[] Content, string ContentType)> ReadWithTypeAsync(string connection, ObjectRef source, int maxBytes, CancellationToken cancelled)
    {
        var (content, answer) = await ReadAnswerAsync(connection, source, maxBytes, cancelled);
        return (content, answer.Headers.ContentType ?? "");
    }

    /// <summary>The first bytes of an object.</summary>
    public async Task<byte[]> ReadStartAsync(string connection, ObjectRef source, int bytes, CancellationToken cancelled)
    {
        try
        {
            return (await ReadAnswerAsync(connection, source, bytes, cancelled, new ByteRange(0, bytes - 1))).Content;
        }
        catch (CloudException e) when (e.Fault.Code == "InvalidRange")
        {
            return []; // an empty object has no first byte
        }
    }

    private async Task<(byte[] Content, GetObjectResponse Answer)> ReadAnswerAsync(
        string connection, ObjectRef source, int maxBytes, CancellationToken cancelled, ByteRange? range = null)
    {
        using var answer = await clients.Get<IAmazonS3>(connection).GetObjectAsync(
            new GetObjectRequest { BucketName = source.Bucket, Key = source.Key, VersionId = source.VersionId.Length > 0 ? source.VersionId : null, ByteRange = range }, cancelled);
        if (answer.ContentLength > maxBytes)
            throw Invalid($"{source} has {answer.ContentLength:N0} bytes; at most {maxBytes:N0} are read here.");
        var content = new MemoryStream();
        try
        {
            await answer.ResponseStream.CopyToAsync(content, cancelled);
        }
        catch (Exception e) when (e is not OperationCanceledException && FaultReading.Read(e, connections.Find(connection)!) is { } fault)
        {
            throw new CloudException(fault, e);
        }
        return (content.ToArray(), answer);
    }

    public async Task<IReadOnlyDictionary<string, string>> ReadZipAsync(string connection, ObjectRef source, CancellationToken cancelled = default) =>
        await FilesAsync(source, await ReadAsync(connection, source, cancelled: cancelled), cancelled);

    /// <summary>The text files of a zip.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> FilesAsync(ObjectRef source, byte[] content, CancellationToken cancelled)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in zip.Entries.Where(e => e.Length is > 0 and <= LargestText).Take(MostFiles))
                if (await TextAsync(entry, cancelled) is { } text)
                    files[entry.FullName] = text;
            return files;
        }
        catch (InvalidDataException e)
        {
            throw new CloudException(new CloudFault(CloudFaultKind.Invalid, $"{source} is no zip file."), e);
        }
    }

    public async Task<Page<ObjectInfo>> ListAsync(string connection, string bucket, string prefix, string? next = null, CancellationToken cancelled = default)
    {
        var answer = await clients.Get<IAmazonS3>(connection).ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, ContinuationToken = next }, cancelled);
        return new Page<ObjectInfo>(
            answer.S3Objects.OrEmpty().Select(o => new ObjectInfo(o.Key, o.Size ?? 0, o.LastModified.Time() ?? default, o.ETag ?? "")).ToValueList(),
            answer.IsTruncated == true ? answer.NextContinuationToken : null);
    }

    public async Task<IReadOnlyList<ObjectInfo>> VersionsAsync(string connection, string bucket, string key, CancellationToken cancelled = default)
    {
        var answer = await clients.Get<IAmazonS3>(connection).ListVersionsAsync(new ListVersionsRequest { BucketName = bucket, Prefix = key }, cancelled);
        return [.. answer.Versions.OrEmpty().Where(v => v.Key == key && v.IsDeleteMarker != true)
            .Select(v => new ObjectInfo(v.Key, v.Size ?? 0, v.LastModified.Time() ?? default, v.ETag ?? "", v.VersionId ?? "", v.IsLatest == true))
            .OrderByDescending(v => v.Modified)];
    }

    public Task<string> WriteAsync(string connection, string bucket, string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancelled = default) =>
        WriteAsync(connection, bucket, key, content, contentType, [], cancelled);

    /// <summary>Writes an object with metadata of its own.</summary>
    public async Task<string> WriteAsync(
        string connection, string bucket, string key, ReadOnlyMemory<byte> content, string contentType, IEnumerable<Setting> metadata, CancellationToken cancelled)
    {
        using var body = new MemoryStream(content.ToArray(), writable: false);
        var request = new PutObjectRequest { BucketName = bucket, Key = key, InputStream = body, ContentType = contentType };
        foreach (var entry in metadata)
            request.Metadata.Add(entry.Name, entry.Value);
        var answer = await clients.Get<IAmazonS3>(connection).PutObjectAsync(request, cancelled);
        return answer.VersionId ?? "";
    }

    private static async Task<string?> TextAsync(ZipArchiveEntry entry, CancellationToken cancelled)
    {
        await using var stream = await entry.OpenAsync(cancelled);
        // The entry's own length may lie.
        var buffer = new byte[LargestText + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancelled);
        if (length > LargestText)
            return null;
        try
        {
            return StrictUtf8.GetString(buffer, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static CloudException Invalid(string message) => new(new CloudFault(CloudFaultKind.Invalid, message));
}
