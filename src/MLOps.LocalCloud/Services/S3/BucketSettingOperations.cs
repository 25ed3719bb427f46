using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Versioning, tags, public access block, encryption and policy of a bucket.</summary>
internal sealed class BucketSettingOperations(Buckets buckets) : IOperations
{
    public void Map(OperationMap map) => map
        .On("s3", "PutBucketVersioning", PutVersioning)
        .On("s3", "GetBucketVersioning", call => buckets.Require(call).Versioning is { Length: > 0 } status ? new JsonObject { ["Status"] = status } : [])
        .On("s3", "PutBucketTagging", call => Set(call, "Tags", Tagging.FromTagSet(call.Input.Object("Tagging"), most: 50)))
        .On("s3", "GetBucketTagging", call => new JsonObject
        {
            ["TagSet"] = Tagging.ToTagSet((JsonObject)Get(call, "Tags", "NoSuchTagSet", "The TagSet does not exist")),
        })
        .On("s3", "DeleteBucketTagging", call => Set(call, "Tags", null))
        .On("s3", "PutPublicAccessBlock", PutPublicAccessBlock)
        .On("s3", "GetPublicAccessBlock", call => new JsonObject
        {
            ["PublicAccessBlockConfiguration"] = Get(call, "PublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"),
        })
        .On("s3", "PutBucketEncryption", PutEncryption)
        .On("s3", "GetBucketEncryption", GetEncryption)
        .On("s3", "PutBucketPolicy", PutPolicyAsync)
        .On("s3", "GetBucketPolicy", call => new JsonObject { ["Policy"] = Get(call, "Policy", "NoSuchBucketPolicy", "The bucket policy does not exist") })
        .On("s3", "DeleteBucketPolicy", call => Set(call, "Policy", null));

    private JsonObject Set(OperationCall call, string setting, JsonNode? value)
    {
        buckets.SetSetting(buckets.Require(call).Name, setting, value);
        return [];
    }

    private JsonNode Get(OperationCall call, string setting, string code, string message)
    {
        var bucket = buckets.Require(call);
        return bucket.Settings[setting].Copy() ?? throw new AwsException(code, message, 404) { Members = new JsonObject { ["BucketName"] = bucket.Name } };
    }

    private JsonObject PutVersioning(OperationCall call)
    {
        var bucket = buckets.Require(call);
        var configuration = call.Input.Object("VersioningConfiguration") ?? [];
        if (configuration.Text("MFADelete") == "Enabled")
            throw S3Errors.NotImplemented("MfaDelete");
        if (configuration.Text("Status") is not ("Enabled" or "Suspended"))
            throw new AwsException("IllegalVersioningConfigurationException", "The Versioning element must be specified");
        buckets.SetVersioning(bucket.Name, configuration.Required("Status"));
        return [];
    }

    private JsonObject PutPublicAccessBlock(OperationCall call)
    {
        var sent = call.Input.Object("PublicAccessBlockConfiguration") ?? [];
        var configuration = new JsonObject();
        foreach (var name in (string[])["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"])
            configuration[name] = sent.Flag(name) ?? false;
        return Set(call, "PublicAccessBlock", configuration);
    }

    private JsonObject PutEncryption(OperationCall call)
    {
        var configuration = call.Input.Object("ServerSideEncryptionConfiguration") ?? [];
        var rules = configuration.Objects("Rules").ToList();
        if (rules.Count != 1 || rules[0].Object("ApplyServerSideEncryptionByDefault")?.Text("SSEAlgorithm") is not ("AES256" or "aws:kms" or "aws:kms:dsse"))
            throw new AwsException("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
        return Set(call, "Encryption", configuration);
    }

    private JsonObject GetEncryption(OperationCall call) => new()
    {
        // A bucket without a configuration is encrypted with keys of S3's own.
        ["ServerSideEncryptionConfiguration"] = buckets.Require(call).Settings["Encryption"].Copy() ?? new JsonObject
        {
            ["Rules"] = new JsonArray(new JsonObject
            {
                ["ApplyServerSideEncryptionByDefault"] = new JsonObject { ["SSEAlgorithm"] = "AES256" }, ["BucketKeyEnabled"] = false,
            }),
        },
    };

    private async Task<OperationAnswer> PutPolicyAsync(OperationCall call)
    {
        var policy = call.Input.Text("Policy");
        if (policy is null)
        {
            using var reader = new StreamReader(call.Body, Encoding.UTF8);
            policy = await reader.ReadToEndAsync(call.Cancelled);
        }
        try
        {
            if (JsonNode.Parse(policy) is not JsonObject document || document["Statement"] is not (JsonArray { Count: > 0 } or JsonObject))
                throw new AwsException("MalformedPolicy", "Missing required field Statement");
        }
        catch (JsonException)
        {
            throw new AwsException("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
        }
        return Set(call, "Policy", policy);
    }
}
