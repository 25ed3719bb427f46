using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>CopyObject.</summary>
internal sealed class CopyOperations(Buckets buckets, Objects objects, Blobs blobs, S3Events events, TimeProvider time) : IOperations
{
    private const long LargestCopy = 5L << 30;

    public void Map(OperationMap map) => map.On("s3", "CopyObject", CopyAsync);

    private async Task<OperationAnswer> CopyAsync(OperationCall call)
    {
        var input = call.Input;
        var bucket = buckets.Require(call);
        var key = input.Required("Key");
        var asked = CopySource.Parse(input.Required("CopySource"));
        var source = asked.Find(call, buckets, objects);
        if (source.Size > LargestCopy)
            throw S3Errors.InvalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: 5368709120");
        if (asked == new CopySource(bucket.Name, key, null) && !ChangesSomething(input))
            throw S3Errors.InvalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");
        var properties = ObjectProperties.ReadCopy(input, bucket, source);
        // The copy keeps the kind of checksum that its source has, unless another is asked for.
        var kept = Checksum.Algorithms.FirstOrDefault(a => source.Properties.ContainsKey(Checksum.Member(a))) ?? Checksum.Default;
        StoredBlob stored;
        await using (var content = blobs.Open(source.Blobs, 0, source.Size))
            stored = await blobs.StoreAsync(content, [input.Text("ChecksumAlgorithm") ?? kept], call.Cancelled);
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
                current => Conditions.CheckWrite(input, current));
        }
        catch
        {
            blobs.Remove([stored.Blob]);
            throw;
        }
        events.Created(call, bucket, version, "CopyObject");
        var output = WriteOperations.Written(bucket, version);
        var result = new JsonObject { ["ETag"] = version.QuotedETag, ["LastModified"] = version.Modified.ToEpoch() };
        Integrity.CopyMembers(version.Properties, result);
        output["CopyObjectResult"] = result;
        if (source.Version != ObjectVersion.NullVersion)
            output["CopySourceVersionId"] = source.Version;
        return output;
    }

    private static bool ChangesSomething(JsonObject input) =>
        input.Text("MetadataDirective") == "REPLACE" || input.Text("TaggingDirective") == "REPLACE" || input.ContainsKey("StorageClass")
        || input.ContainsKey("WebsiteRedirectLocation") || input.ContainsKey("ServerSideEncryption") || input.ContainsKey("ChecksumAlgorithm");
}
