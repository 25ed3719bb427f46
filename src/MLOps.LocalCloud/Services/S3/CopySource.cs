using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>The x-amz-copy-source header: <c>bucket/key</c> with an optional <c>?versionId=</c>, percent-encoded.</summary>
internal sealed record CopySource(string Bucket, string Key, string? Version)
{
    public static CopySource Parse(string header)
    {
        const string VersionMark = "?versionId=";
        var at = header.IndexOf(VersionMark, StringComparison.Ordinal);
        var version = at < 0 ? null : header[(at + VersionMark.Length)..];
        var path = Uri.UnescapeDataString(at < 0 ? header : header[..at]).TrimStart('/');
        var slash = path.IndexOf('/');
        if (slash <= 0 || slash == path.Length - 1)
            throw S3Errors.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
        return new CopySource(path[..slash], path[(slash + 1)..], version is { Length: > 0 } ? version : null);
    }

    /// <summary>The version to copy, if the call may and its conditions hold.</summary>
    public ObjectVersion Find(OperationCall call, Buckets buckets, Objects objects)
    {
        var bucket = buckets.Require(call, Bucket, call.Input.Text("ExpectedSourceBucketOwner"));
        var found = objects.Find(bucket.Name, Key, Version) ?? throw (Version is null ? S3Errors.NoSuchKey(Key) : S3Errors.NoSuchVersion(Key, Version));
        if (found.Marker)
            throw Version is null ? S3Errors.NoSuchKey(Key) : S3Errors.InvalidRequest("The source of a copy request may not specifically refer to a delete marker by version id.");
        Conditions.CheckRead(call.Input, found, "CopySource");
        return found;
    }
}
