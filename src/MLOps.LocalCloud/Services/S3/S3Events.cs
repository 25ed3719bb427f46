using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Tells the rest of the cloud what happened to objects, after it was committed.</summary>
internal sealed class S3Events(CloudEventBus bus)
{
    /// <param name="reason">The operation: PutObject, CopyObject, CompleteMultipartUpload.</param>
    public void Created(OperationCall call, Bucket bucket, ObjectVersion version, string reason)
    {
        var detail = Detail(call, bucket, version, reason);
        detail["object"]!["size"] = version.Size;
        detail["object"]!["etag"] = version.ETag;
        Publish(bucket, "Object Created", detail);
    }

    /// <param name="deletionType"><c>Permanently Deleted</c> or <c>Delete Marker Created</c>.</param>
    public void Deleted(OperationCall call, Bucket bucket, ObjectVersion version, string deletionType)
    {
        var detail = Detail(call, bucket, version, call.Operation == "DeleteObjects" ? "DeleteObjects" : "DeleteObject");
        detail["deletion-type"] = deletionType;
        Publish(bucket, "Object Deleted", detail);
    }

    private static JsonObject Detail(OperationCall call, Bucket bucket, ObjectVersion version, string reason)
    {
        var what = new JsonObject { ["key"] = version.Key, ["sequencer"] = version.Sequence.ToString("X18") };
        if (version.Version != ObjectVersion.NullVersion)
            what["version-id"] = version.Version;
        return new JsonObject
        {
            ["version"] = "0",
            ["bucket"] = new JsonObject { ["name"] = bucket.Name },
            ["object"] = what,
            ["request-id"] = call.RequestId,
            ["requester"] = call.Scope.Account,
            ["source-ip-address"] = "127.0.0.1",
            ["reason"] = reason,
        };
    }

    private void Publish(Bucket bucket, string detailType, JsonObject detail) =>
        bus.Publish(new CloudEvent(bucket.Scope, "aws.s3", detailType, detail, [$"arn:aws:s3:::{bucket.Name}"]));
}
