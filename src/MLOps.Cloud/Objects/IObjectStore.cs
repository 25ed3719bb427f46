using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Objects;

/// <summary>An object in S3; without a version, the newest.</summary>
public sealed record ObjectRef(string Bucket, string Key, string VersionId = "")
{
    /// <summary>The object of an <c>s3://bucket/key</c> URI; null where it is none.</summary>
    public static ObjectRef? Parse(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.Scheme == "s3" && parsed.AbsolutePath.Length > 1
            ? new ObjectRef(parsed.Host, Uri.UnescapeDataString(parsed.AbsolutePath[1..])) : null;

    public override string ToString() => $"s3://{Bucket}/{Key}{(VersionId.Length == 0 ? "" : $"?versionId={VersionId}")}";
}

/// <summary>What S3 says about an object.</summary>
public sealed record ObjectInfo(string Key, long Size, DateTimeOffset Modified, string ETag = "", string VersionId = "", bool IsLatest = true);

/// <summary>Reads and writes small objects in S3. Throws <see cref="CloudException"/> for what the cloud refuses.</summary>
public interface IObjectStore
{
    /// <summary>The whole object; <see cref="CloudFaultKind.Invalid"/> where it is larger than <paramref name="maxBytes"/>.</summary>
    Task<byte[]> ReadAsync(string connection, ObjectRef source, int maxBytes = 8 << 20, CancellationToken cancelled = default);

    /// <summary>An object's content as it comes, of any size; dispose it.</summary>
    Task<ObjectContent> OpenAsync(string connection, ObjectRef source, CancellationToken cancelled = default);

    /// <summary>The text files of a zip object by their path; files that are too large or not UTF-8 are left out.</summary>
    Task<IReadOnlyDictionary<string, string>> ReadZipAsync(string connection, ObjectRef source, CancellationToken cancelled = default);

    Task<Page<ObjectInfo>> ListAsync(string connection, string bucket, string prefix, string? next = null, CancellationToken cancelled = default);

    /// <summary>The versions of one key, newest first.</summary>
    Task<IReadOnlyList<ObjectInfo>> VersionsAsync(string connection, string bucket, string key, CancellationToken cancelled = default);

    /// <summary>Writes an object; returns its version id, empty in a bucket without versions.</summary>
    Task<string> WriteAsync(string connection, string bucket, string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancelled = default);
}

/// <summary>The content of an object while it is read.</summary>
public sealed class ObjectContent(Stream content, long length, string contentType, IDisposable? owner = null) : IDisposable
{
    public Stream Content => content;

    /// <summary>In bytes.</summary>
    public long Length => length;

    public string ContentType => contentType;

    public void Dispose()
    {
        content.Dispose();
        owner?.Dispose();
    }
}
