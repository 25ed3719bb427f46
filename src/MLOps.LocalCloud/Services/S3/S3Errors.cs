using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>The errors of S3, with the codes and statuses of its API reference.</summary>
internal static class S3Errors
{
    public static AwsException NoSuchBucket(string bucket) =>
        new("NoSuchBucket", "The specified bucket does not exist", 404) { Members = new JsonObject { ["BucketName"] = bucket } };

    public static AwsException NoSuchKey(string key) =>
        new("NoSuchKey", "The specified key does not exist.", 404) { Members = new JsonObject { ["Key"] = key } };

    public static AwsException NoSuchVersion(string key, string version) =>
        new("NoSuchVersion", "The specified version does not exist.", 404) { Members = new JsonObject { ["Key"] = key, ["VersionId"] = version } };

    public static AwsException NoSuchUpload(string upload) =>
        new("NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", 404)
        {
            Members = new JsonObject { ["UploadId"] = upload },
        };

    public static AwsException AccessDenied() => new("AccessDenied", "Access Denied", 403);

    public static AwsException MethodNotAllowed() => new("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);

    public static AwsException PreconditionFailed(string condition) =>
        new("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412) { Members = new JsonObject { ["Condition"] = condition } };

    public static AwsException NotModified() => new("NotModified", "Not Modified", 304);

    public static AwsException InvalidRange(string range, long size) =>
        new("InvalidRange", "The requested range is not satisfiable", 416)
        {
            Members = new JsonObject { ["RangeRequested"] = range, ["ActualObjectSize"] = size.ToString() },
        };

    public static AwsException InvalidArgument(string message) => new("InvalidArgument", message);

    public static AwsException InvalidRequest(string message) => new("InvalidRequest", message);

    public static AwsException NotImplemented(string what) =>
        new("NotImplemented", $"A header you provided implies functionality that is not implemented: {what}.", 501);
}
