using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>PutObject and the deletions.</summary>
internal sealed class WriteOperations(Buckets buckets, Objects objects, Blobs blobs, S3Events events, TimeProvider time) : IOperations
{
    private const long LargestPut = 5L << 30;

    public void Map(OperationMap map) => map
        .On("s3", "PutObject", PutAsync)
        .On("s3", "DeleteObject", Delete)
        .On("s3", "DeleteObjects", DeleteMany);

    private async Task<OperationAnswer> PutAsync(OperationCall call)
    {
        var bucket = buckets.Require(call);
        var key = call.Input.Required("Key");
        var properties = ObjectProperties.Read(call.Input, bucket);
        if (call.BodyLength > LargestPut)
            throw new AwsException("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
        var stored = await Integrity.StoreAsync(blobs, call, Integrity.Wanted(call.Input));
        var checksums = Integrity.Members(stored.Checksums);
        checksums["ChecksumType"] = "FULL_OBJECT";
        Integrity.CopyMembers(checksums, properties);
        ObjectVersion version;
        try
        {
            version = objects.Put(
                new ObjectVersion
                {
                    Bucket = bucket.Name, Key = key, Modified = time.GetUtcNow(), Size = stored.Blob.Size,
                    ETag = stored.ETag, Blobs = [stored.Blob], Properties = properties,
                },
                current => Conditions.CheckWrite(call.Input, current));
        }
        catch
        {
            blobs.Remove([stored.Blob]);
            throw;
        }
        events.Created(call, bucket, version, "PutObject");
        return Written(bucket, version);
    }

    /// <summary>What a write answers about the version that it made.</summary>
    public static JsonObject Written(Bucket bucket, ObjectVersion version)
    {
        var output = version.Properties.Pick("ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled");
        output["ETag"] = version.QuotedETag;
        Integrity.CopyMembers(version.Properties, output);
        if (bucket.HasVersions)
            output["VersionId"] = version.Version;
        return output;
    }

    private JsonObject Delete(OperationCall call)
    {
        var input = call.Input;
        var bucket = buckets.Require(call);
        var (deleted, marker) = DeleteOne(call, bucket, input.Required("Key"), input.Text("VersionId"), current => CheckDelete(
            current, input.Text("IfMatch"), input.Number("IfMatchSize"), input.Time("IfMatchLastModifiedTime")));
        var output = new JsonObject();
        if (marker is not null || deleted is { Marker: true })
            output["DeleteMarker"] = true;
        if (marker is not null)
            output["VersionId"] = marker.Version;
        else if (input.Text("VersionId") is { } version)
            output["VersionId"] = version;
        return output;
    }

    private JsonObject DeleteMany(OperationCall call)
    {
        var bucket = buckets.Require(call);
        var request = call.Input.Object("Delete") ?? [];
        var items = request.Objects("Objects").ToList();
        if (items.Count is 0 or > 1000)
            throw new AwsException("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
        var (done, failed) = (new JsonArray(), new JsonArray());
        foreach (var item in items)
        {
            var (key, versionId) = (item.Required("Key"), item.Text("VersionId"));
            try
            {
                var (deleted, marker) = DeleteOne(call, bucket, key, versionId, current =>
                    CheckDelete(current, item.Text("ETag"), item.Number("Size"), item.Time("LastModifiedTime")));
                var entry = new JsonObject { ["Key"] = key, ["VersionId"] = versionId };
                if (marker is not null || deleted is { Marker: true })
                {
                    entry["DeleteMarker"] = true;
                    entry["DeleteMarkerVersionId"] = (marker ?? deleted)!.Version;
                }
                done.Add(entry);
            }
            catch (AwsException e) when (e.Code != "NoSuchBucket")
            {
                failed.Add(new JsonObject { ["Key"] = key, ["VersionId"] = versionId, ["Code"] = e.Code, ["Message"] = e.Message });
            }
        }
        var output = new JsonObject();
        if (request.Flag("Quiet") != true)
            output["Deleted"] = done;
        if (failed.Count > 0)
            output["Errors"] = failed;
        return output;
    }

    private (ObjectVersion? Deleted, ObjectVersion? Marker) DeleteOne(
        OperationCall call, Bucket bucket, string key, string? version, Action<ObjectVersion?> condition)
    {
        var (deleted, marker) = objects.Delete(bucket.Name, key, version, time.GetUtcNow(), condition);
        if (marker is not null)
            events.Deleted(call, bucket, marker, "Delete Marker Created");
        else if (deleted is not null)
            events.Deleted(call, bucket, deleted, "Permanently Deleted");
        return (deleted, marker);
    }

    private static void CheckDelete(ObjectVersion? current, string? etag, double? size, DateTimeOffset? modified)
    {
        if (current is null)
            return;
        if (etag is not null && !Conditions.Names(etag, current))
            throw S3Errors.PreconditionFailed("If-Match");
        if (size is not null && (long)size != current.Size)
            throw S3Errors.PreconditionFailed("x-amz-if-match-size");
        if (modified is { } at && at.ToUnixTimeSeconds() != current.Modified.ToUnixTimeSeconds())
            throw S3Errors.PreconditionFailed("x-amz-if-match-last-modified-time");
    }
}
