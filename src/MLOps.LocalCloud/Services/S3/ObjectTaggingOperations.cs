using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>The tags of an object version.</summary>
internal sealed class ObjectTaggingOperations(Buckets buckets, Objects objects) : IOperations
{
    public void Map(OperationMap map) => map
        .On("s3", "PutObjectTagging", call => Set(call, Tagging.FromTagSet(call.Input.Object("Tagging"), most: 10)))
        .On("s3", "DeleteObjectTagging", call => Set(call, null))
        .On("s3", "GetObjectTagging", call =>
        {
            var (bucket, version) = Require(call);
            var output = VersionId(bucket, version);
            output["TagSet"] = Tagging.ToTagSet(version.Tags);
            return output;
        });

    private JsonObject Set(OperationCall call, JsonObject? tags)
    {
        var (bucket, version) = Require(call);
        objects.SetTags(version, tags);
        return VersionId(bucket, version);
    }

    private (Bucket, ObjectVersion) Require(OperationCall call)
    {
        var bucket = buckets.Require(call);
        return (bucket, ReadOperations.Require(objects, bucket.Name, call.Input.Required("Key"), call.Input.Text("VersionId")));
    }

    private static JsonObject VersionId(Bucket bucket, ObjectVersion version) =>
        bucket.HasVersions ? new JsonObject { ["VersionId"] = version.Version } : [];
}
