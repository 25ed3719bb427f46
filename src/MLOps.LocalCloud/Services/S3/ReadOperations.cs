using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>GetObject and HeadObject: versions, ranges, parts, conditions, checksums.</summary>
internal sealed class ReadOperations(Buckets buckets, Objects objects, Blobs blobs) : IOperations
{
    private static readonly string[] Overrides =
        ["CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires"];

    public void Map(OperationMap map) => map
        .On("s3", "GetObject", call => Task.FromResult(Read(call, withBody: true)))
        .On("s3", "HeadObject", call => Task.FromResult(Read(call, withBody: false)));

    /// <summary>The version that a call names and may read.</summary>
    public static ObjectVersion Require(Objects objects, string bucket, string key, string? version)
    {
        var found = objects.Find(bucket, key, version)
            ?? throw (version is null ? S3Errors.NoSuchKey(key) : S3Errors.NoSuchVersion(key, version));
        if (found.Marker)
            throw version is null ? S3Errors.NoSuchKey(key) : S3Errors.MethodNotAllowed();
        return found;
    }

    private OperationAnswer Read(OperationCall call, bool withBody)
    {
        var input = call.Input;
        var bucket = buckets.Require(call);
        // The object can be replaced between the look-up and the opening of its files; then its successor is the answer.
        for (var attempt = 0; ; attempt++)
        {
            var version = Require(objects, bucket.Name, input.Required("Key"), input.Text("VersionId"));
            Conditions.CheckRead(input, version);
            var (range, isPart) = Stretch(input, version);
            var stretch = range ?? new ByteRange(0, version.Size);
            try
            {
                return new OperationAnswer(Describe(input, bucket, version, range, isPart))
                {
                    Body = withBody ? blobs.Open(version.Blobs, stretch.Offset, stretch.Length) : null,
                    Status = range is null ? null : 206,
                };
            }
            catch (FileNotFoundException) when (attempt < 3)
            {
            }
        }
    }

    private static (ByteRange? Range, bool IsPart) Stretch(JsonObject input, ObjectVersion version)
    {
        if (input.Whole("PartNumber") is not { } number)
            return (ByteRange.Parse(input.Text("Range"), version.Size), false);
        if (input.ContainsKey("Range"))
            throw S3Errors.InvalidRequest("Cannot specify both Range header and partNumber query parameter");
        if (number < 1 || number > (version.Parts ?? 1))
            throw new AwsException("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
        if (version.Size == 0)
            return (null, true);
        return version.Parts is null
            ? (new ByteRange(0, version.Size), true)
            : (new ByteRange(version.Blobs.Take(number - 1).Sum(b => b.Size), version.Blobs[number - 1].Size), true);
    }

    private static JsonObject Describe(JsonObject input, Bucket bucket, ObjectVersion version, ByteRange? range, bool isPart)
    {
        var output = new JsonObject
        {
            ["AcceptRanges"] = "bytes",
            ["LastModified"] = version.Modified.ToUnixTimeSeconds(),
            ["ContentLength"] = range?.Length ?? version.Size,
            ["ETag"] = version.QuotedETag,
        };
        if (bucket.HasVersions)
            output["VersionId"] = version.Version;
        if (range is { } stretch)
            output["ContentRange"] = stretch.Header(version.Size);
        if (isPart && version.Parts is { } parts)
            output["PartsCount"] = parts;
        foreach (var (name, value) in version.Properties)
            if (name is not ("Tags" or "Parts") && !name.StartsWith("Checksum", StringComparison.Ordinal))
                output[name] = value.Copy();
        if (input.Text("ChecksumMode") == "ENABLED" && (range is null || range == new ByteRange(0, version.Size)))
            Integrity.CopyMembers(version.Properties, output);
        if (version.Tags.Count > 0)
            output["TagCount"] = version.Tags.Count;
        foreach (var name in Overrides)
            if (input["Response" + name] is { } value)
                output[name] = value.DeepClone();
        return output;
    }
}
