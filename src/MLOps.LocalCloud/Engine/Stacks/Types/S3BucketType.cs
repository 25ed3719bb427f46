using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class S3BucketType : ResourceType
{
    private static readonly string[] Blocks = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

    public override string Name => "AWS::S3::Bucket";

    public override IReadOnlySet<string> Supported { get; } =
        new HashSet<string> { "BucketName", "VersioningConfiguration", "BucketEncryption", "PublicAccessBlockConfiguration", "Tags" };

    public override IReadOnlyList<string> Attributes => ["Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"];

    public override string NameProperty => "BucketName";

    public override PhysicalNameRule NameRule => new(63, LowerCase: true);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var name = call.PhysicalId ?? call.Name;
        if (await call.TryAsync("s3", "HeadBucket", new JsonObject { ["Bucket"] = name }) is null)
            return null;
        var region = call.Scope.Region;
        return new ResourceState(name, new JsonObject
        {
            ["Arn"] = $"arn:aws:s3:::{name}",
            ["DomainName"] = $"{name}.s3.amazonaws.com",
            ["DualStackDomainName"] = $"{name}.s3.dualstack.{region}.amazonaws.com",
            ["RegionalDomainName"] = $"{name}.s3.{region}.amazonaws.com",
            ["WebsiteURL"] = $"http://{name}.s3-website-{region}.amazonaws.com",
        });
    }

    public override Task CreateAsync(ResourceCall call)
    {
        var input = new JsonObject { ["Bucket"] = call.Name };
        if (call.Scope.Region != "us-east-1")
            input["CreateBucketConfiguration"] = new JsonObject { ["LocationConstraint"] = call.Scope.Region };
        return call.CallAsync("s3", "CreateBucket", input);
    }

    public override async Task ConfigureAsync(ResourceCall call, JsonObject previous)
    {
        var (bucket, next) = (call.PhysicalId ?? call.Name, call.Properties);
        if (next.Differs(previous, "VersioningConfiguration"))
            await Put("PutBucketVersioning", "VersioningConfiguration", next["VersioningConfiguration"].Copy() ?? new JsonObject { ["Status"] = "Suspended" });
        if (next.Differs(previous, "BucketEncryption"))
            await Put("PutBucketEncryption", "ServerSideEncryptionConfiguration", new JsonObject { ["Rules"] = Rules(next.Object("BucketEncryption")) });
        if (next.Differs(previous, "PublicAccessBlockConfiguration"))
        {
            var given = next.Object("PublicAccessBlockConfiguration") ?? [];
            await Put("PutPublicAccessBlock", "PublicAccessBlockConfiguration",
                new JsonObject(Blocks.Select(b => KeyValuePair.Create(b, (JsonNode?)(given.Flag(b) ?? false)))));
        }
        if (next.Differs(previous, "Tags") && next["Tags"] is JsonArray { Count: > 0 } tags)
            await Put("PutBucketTagging", "Tagging", new JsonObject { ["TagSet"] = tags.DeepClone() });
        else if (next.Differs(previous, "Tags"))
            await call.CallAsync("s3", "DeleteBucketTagging", new JsonObject { ["Bucket"] = bucket });

        Task Put(string operation, string member, JsonNode value) =>
            call.CallAsync("s3", operation, new JsonObject { ["Bucket"] = bucket, [member] = value });
    }

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("s3", "DeleteBucket", new JsonObject { ["Bucket"] = call.PhysicalId });

    // The API says ApplyServerSideEncryptionByDefault where CloudFormation says ServerSideEncryptionByDefault.
    private static JsonArray Rules(JsonObject? encryption)
    {
        var rules = new JsonArray();
        foreach (var rule in encryption?.Objects("ServerSideEncryptionConfiguration") ?? [new JsonObject { ["ServerSideEncryptionByDefault"] = new JsonObject { ["SSEAlgorithm"] = "AES256" } }])
        {
            var renamed = rule.Pick("BucketKeyEnabled");
            renamed["ApplyServerSideEncryptionByDefault"] = rule["ServerSideEncryptionByDefault"].Copy();
            rules.Add(renamed);
        }
        return rules;
    }
}
