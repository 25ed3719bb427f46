using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines.Runners;

/// <summary>Source/S3: takes one version of an object, the pinned or the newest, into the artifact store.</summary>
internal sealed class S3SourceRunner(TimeProvider time) : IActionRunner
{
    // What the object's metadata may say about the revision, as CodePipeline's documentation names the key.
    private const string SummaryKey = "codepipeline-artifact-revision-summary";

    public string Type => "Source/S3";

    public async Task<ActionOutcome> RunAsync(ActionContext context, CancellationToken cancelled)
    {
        var (bucket, key) = (context.Required("S3Bucket"), context.Required("S3ObjectKey"));
        var output = context.Outputs[0]; // the validator has seen to it
        var head = await HeadAsync(context, bucket, key, cancelled)
            ?? throw new ActionFailedException("RevisionUnavailable", $"The object with key '{key}' does not exist in the bucket '{bucket}'" +
                (context.PinnedRevision is { } missing ? $" in version {missing}" : ""));
        var version = head.Text("VersionId");
        var etag = (head.Text("ETag") ?? "").Trim('"');
        await context.CallAsync("s3", "CopyObject", new JsonObject
        {
            ["Bucket"] = output.Bucket,
            ["Key"] = output.Key,
            ["CopySource"] = $"{bucket}/{Uri.EscapeDataString(key)}" + (version is null ? "" : $"?versionId={version}"),
        }, cancelled);
        return ActionOutcome.Success() with
        {
            Revision = new RevisionRecord(context.Action.Name, output.Name, version ?? etag, Summary(head) ?? $"Amazon S3 version id: {version ?? etag}",
                $"https://s3.console.aws.amazon.com/s3/object/{bucket}?region={context.Scope.Region}&prefix={Uri.EscapeDataString(key)}",
                head.Time("LastModified") ?? time.GetUtcNow()),
            Variables = new Dictionary<string, string> { ["BucketName"] = bucket, ["ObjectKey"] = key, ["VersionId"] = version ?? "null", ["ETag"] = etag },
        };
    }

    private static string? Summary(JsonObject head) => head.Object("Metadata")?.FirstOrDefault(
        m => m.Key.Equals(SummaryKey, StringComparison.OrdinalIgnoreCase)).Value?.GetValue<string>();

    /// <summary>The version to take, or null where there is none. Without versioning the newest object is all there is, whatever is asked for.</summary>
    private static async Task<JsonObject?> HeadAsync(ActionContext context, string bucket, string key, CancellationToken cancelled)
    {
        var newest = await FindAsync(context, new JsonObject { ["Bucket"] = bucket, ["Key"] = key }, cancelled);
        return context.PinnedRevision is not { } pinned || pinned == newest?.Text("VersionId") || newest is not null && newest.Text("VersionId") is null
            ? newest
            : await FindAsync(context, new JsonObject { ["Bucket"] = bucket, ["Key"] = key, ["VersionId"] = pinned }, cancelled);
    }

    private static async Task<JsonObject?> FindAsync(ActionContext context, JsonObject wanted, CancellationToken cancelled)
    {
        try
        {
            return await context.CallAsync("s3", "HeadObject", wanted, cancelled);
        }
        catch (AwsException e) when (e.Status == 404 || e.Code is "NoSuchBucket" or "NoSuchKey" or "NoSuchVersion" or "NotFound")
        {
            return null;
        }
    }
}
