using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Creates, lists and deletes buckets.</summary>
internal sealed class BucketOperations(Buckets buckets, Blobs blobs, TimeProvider time) : IOperations
{
    private const string FirstRegion = "us-east-1";

    public void Map(OperationMap map) => map
        .On("s3", "CreateBucket", Create)
        .On("s3", "HeadBucket", Head)
        .On("s3", "DeleteBucket", Delete)
        .On("s3", "GetBucketLocation", Location)
        .On("s3", "ListBuckets", List);

    /// <summary>An account as S3 shows it: 64 hex digits.</summary>
    public static JsonObject Owner(string account) =>
        new() { ["ID"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(account))) };

    private JsonObject Create(OperationCall call)
    {
        var name = call.Input.Required("Bucket");
        if (Bucket.FaultOf(name) is { } fault)
            throw new AwsException("InvalidBucketName", $"The specified bucket is not valid: {fault}.") { Members = new JsonObject { ["BucketName"] = name } };
        if (call.Input.Text("ACL") is not (null or "private") || call.Input.Any(m => m.Key.StartsWith("Grant", StringComparison.Ordinal)))
            throw new AwsException("InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
        if (call.Input.Flag("ObjectLockEnabledForBucket") == true)
            throw S3Errors.NotImplemented("ObjectLockEnabledForBucket");
        var configuration = call.Input.Object("CreateBucketConfiguration") ?? [];
        CheckLocation(configuration.Text("LocationConstraint"), call.Scope.Region);
        var settings = new JsonObject
        {
            ["PublicAccessBlock"] = new JsonObject
            {
                ["BlockPublicAcls"] = true, ["IgnorePublicAcls"] = true, ["BlockPublicPolicy"] = true, ["RestrictPublicBuckets"] = true,
            },
        };
        if (configuration.ContainsKey("Tags"))
            settings["Tags"] = Tagging.FromTagSet(new JsonObject { ["TagSet"] = configuration["Tags"].Copy() }, most: 50);
        if (buckets.Add(new Bucket(name, call.Scope, time.GetUtcNow(), "", settings)) is { } existing)
        {
            if (existing.Scope.Account != call.Scope.Account)
                throw new AwsException("BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.", 409);
            // The oldest region alone takes a second creation for the first.
            if (existing.Scope.Region != FirstRegion || call.Scope.Region != FirstRegion)
                throw new AwsException("BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.", 409) { Members = new JsonObject { ["BucketName"] = name } };
        }
        return new JsonObject { ["Location"] = "/" + name, ["BucketArn"] = "arn:aws:s3:::" + name };
    }

    private static void CheckLocation(string? location, string region)
    {
        if (location is null && region != FirstRegion)
            throw new AwsException("IllegalLocationConstraintException", "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.");
        if (location == FirstRegion)
            throw new AwsException("InvalidLocationConstraint", "The specified location-constraint is not valid");
        if (location is not null && location != region && !(location == "EU" && region == "eu-west-1"))
            throw new AwsException("IllegalLocationConstraintException", $"The {location} location constraint is incompatible for the region specific endpoint this request was sent to.");
    }

    private JsonObject Head(OperationCall call)
    {
        var bucket = buckets.Require(call);
        return new JsonObject { ["BucketRegion"] = bucket.Scope.Region, ["AccessPointAlias"] = false };
    }

    private JsonObject Delete(OperationCall call)
    {
        blobs.Remove(buckets.Remove(buckets.Require(call).Name));
        return [];
    }

    private JsonObject Location(OperationCall call)
    {
        var region = buckets.Require(call).Scope.Region;
        return region == FirstRegion ? [] : new JsonObject { ["LocationConstraint"] = region };
    }

    private JsonObject List(OperationCall call)
    {
        var limit = call.Input.Whole("MaxBuckets") ?? 10_000;
        var found = buckets.List(call.Scope.Account, ListToken.Read(call.Input.Text("ContinuationToken")) ?? "",
            call.Input.Text("Prefix") ?? "", call.Input.Text("BucketRegion"), limit + 1);
        var output = new JsonObject
        {
            ["Owner"] = Owner(call.Scope.Account),
            ["Prefix"] = call.Input.Text("Prefix"),
            ["Buckets"] = new JsonArray([.. found.Take(limit).Select(b => new JsonObject
            {
                ["Name"] = b.Name, ["CreationDate"] = b.Created.ToEpoch(), ["BucketRegion"] = b.Scope.Region, ["BucketArn"] = "arn:aws:s3:::" + b.Name,
            })]),
        };
        if (found.Count > limit)
            output["ContinuationToken"] = ListToken.Write(found[limit - 1].Name);
        return output;
    }
}
