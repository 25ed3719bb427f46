using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>What a writer says of an object besides its content: headers, user metadata, tags.</summary>
internal static class ObjectProperties
{
    /// <summary>The properties that <c>MetadataDirective=REPLACE</c> replaces.</summary>
    private static readonly string[] Headers =
        ["CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires", "Metadata", "WebsiteRedirectLocation"];

    private static readonly string[] NotOffered =
        ["ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus", "SSECustomerAlgorithm", "SSECustomerKey", "WriteOffsetBytes"];

    private static readonly string[] StorageClasses =
        ["STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"];

    /// <summary>Reads and checks the properties of a new object.</summary>
    public static JsonObject Read(JsonObject input, Bucket bucket)
    {
        Check(input);
        var properties = input.Pick(Headers);
        if (properties.Text("ContentEncoding") is { } encoding)
        {
            // The framing of the upload is no property of the object.
            var rest = string.Join(',', encoding.Split(',', StringSplitOptions.TrimEntries).Where(e => e is not ("aws-chunked" or "")));
            properties.Remove("ContentEncoding");
            if (rest.Length > 0)
                properties["ContentEncoding"] = rest;
        }
        properties["ContentType"] ??= "binary/octet-stream";
        ReadMetadata(properties);
        ReadStorage(input, bucket, properties);
        if (input.Text("Tagging") is { } tags)
            properties["Tags"] = Tagging.Parse(tags);
        return properties;
    }

    /// <summary>The properties of a copy: the source's, where the directives do not replace them.</summary>
    public static JsonObject ReadCopy(JsonObject input, Bucket bucket, ObjectVersion source)
    {
        Check(input);
        var properties = input.Text("MetadataDirective") == "REPLACE" ? Read(input, bucket) : source.Properties.Pick(Headers);
        ReadStorage(input, bucket, properties);
        properties.Remove("Tags");
        var tags = input.Text("TaggingDirective") == "REPLACE" ? Tagging.Parse(input.Text("Tagging") ?? "") : source.Tags;
        if (tags.Count > 0)
            properties["Tags"] = tags.DeepClone();
        return properties;
    }

    private static void Check(JsonObject input)
    {
        if (NotOffered.FirstOrDefault(input.ContainsKey) is { } member)
            throw S3Errors.NotImplemented(member);
        if (input.Text("ACL") is not (null or "private" or "bucket-owner-full-control") || input.Any(m => m.Key.StartsWith("Grant", StringComparison.Ordinal)))
            throw new AwsException("AccessControlListNotSupported", "The bucket does not allow ACLs");
        if (Encoding.UTF8.GetByteCount(input.Required("Key")) > 1024)
            throw new AwsException("KeyTooLongError", "Your key is too long");
    }

    private static void ReadMetadata(JsonObject properties)
    {
        if (properties.Object("Metadata") is not { } sent)
            return;
        // Header names have no case; S3 answers in lower case.
        var metadata = new JsonObject();
        foreach (var (name, value) in sent)
            metadata[name.ToLowerInvariant()] = value.Copy();
        if (metadata.Sum(m => Encoding.UTF8.GetByteCount(m.Key) + Encoding.UTF8.GetByteCount(m.Value!.GetValue<string>())) > 2048)
            throw new AwsException("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
        properties["Metadata"] = metadata;
    }

    private static void ReadStorage(JsonObject input, Bucket bucket, JsonObject properties)
    {
        if (input.Text("StorageClass") is { } storage)
        {
            if (!StorageClasses.Contains(storage))
                throw new AwsException("InvalidStorageClass", "The storage class you specified is not valid");
            if (storage != "STANDARD")
                properties["StorageClass"] = storage;
        }
        var rule = bucket.Settings.Object("Encryption")?.Objects("Rules").FirstOrDefault();
        var otherwise = rule?.Object("ApplyServerSideEncryptionByDefault");
        if ((input.Text("ServerSideEncryption") ?? otherwise?.Text("SSEAlgorithm")) is not { } encryption)
            return;
        properties["ServerSideEncryption"] = encryption;
        if (encryption.StartsWith("aws:kms", StringComparison.Ordinal) && (input.Text("SSEKMSKeyId") ?? otherwise?.Text("KMSMasterKeyID")) is { } key)
            properties["SSEKMSKeyId"] = key;
        if ((input.Flag("BucketKeyEnabled") ?? rule?.Flag("BucketKeyEnabled")) == true)
            properties["BucketKeyEnabled"] = true;
    }
}
