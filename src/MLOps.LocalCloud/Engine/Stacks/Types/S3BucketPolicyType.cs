using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class S3BucketPolicyType : ResourceType
{
    public override string Name => "AWS::S3::BucketPolicy";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string> { "Bucket", "PolicyDocument" };

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var bucket = call.PhysicalId ?? call.Properties.Required("Bucket");
        return await call.TryAsync("s3", "GetBucketPolicy", new JsonObject { ["Bucket"] = bucket }) is null ? null : new ResourceState(bucket, []);
    }

    public override Task CreateAsync(ResourceCall call) => Put(call);

    public override Task UpdateAsync(ResourceCall call, JsonObject previous) => Put(call);

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("s3", "DeleteBucketPolicy", new JsonObject { ["Bucket"] = call.PhysicalId });

    private static Task Put(ResourceCall call) => call.CallAsync("s3", "PutBucketPolicy", new JsonObject
    {
        ["Bucket"] = call.Properties.Required("Bucket"),
        ["Policy"] = Shapes.Document(call.Properties["PolicyDocument"]),
    });
}
