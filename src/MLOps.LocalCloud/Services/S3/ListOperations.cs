using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>ListObjects, ListObjectsV2 and ListObjectVersions.</summary>
internal sealed class ListOperations(Buckets buckets, Objects objects, Listing listing) : IOperations
{
    public const int LargestPage = 1000;

    public void Map(OperationMap map) => map
        .On("s3", "ListObjects", ListV1)
        .On("s3", "ListObjectsV2", ListV2)
        .On("s3", "ListObjectVersions", ListVersions);

    private JsonObject ListV1(OperationCall call)
    {
        var query = new ListQuery(call.Input, "MaxKeys");
        var bucket = buckets.Require(call);
        var marker = call.Input.Text("Marker") ?? "";
        var page = listing.Current(bucket.Name, query.Prefix, query.Delimiter, marker, query.Limit);
        var output = query.Answer(bucket.Name, page);
        output["Marker"] = query.Encode(marker);
        output["Contents"] = Contents(query, page, bucket.Scope.Account);
        if (page.Truncated && query.Delimiter is not null)
            output["NextMarker"] = query.Encode(LastOf(page));
        return output;
    }

    private JsonObject ListV2(OperationCall call)
    {
        var query = new ListQuery(call.Input, "MaxKeys");
        var bucket = buckets.Require(call);
        var (token, startAfter) = (call.Input.Text("ContinuationToken"), call.Input.Text("StartAfter"));
        var page = listing.Current(bucket.Name, query.Prefix, query.Delimiter, ListToken.Read(token) ?? startAfter ?? "", query.Limit);
        var output = query.Answer(bucket.Name, page);
        output["Contents"] = Contents(query, page, call.Input.Flag("FetchOwner") == true ? bucket.Scope.Account : null);
        output["KeyCount"] = page.Entries.Count;
        output["ContinuationToken"] = token;
        output["StartAfter"] = startAfter is null ? null : query.Encode(startAfter);
        if (page.Truncated)
            output["NextContinuationToken"] = ListToken.Write(LastOf(page));
        return output;
    }

    private JsonObject ListVersions(OperationCall call)
    {
        var query = new ListQuery(call.Input, "MaxKeys");
        var bucket = buckets.Require(call);
        var (key, version) = (call.Input.Text("KeyMarker") ?? "", call.Input.Text("VersionIdMarker"));
        if (version is not null && key.Length == 0)
            throw S3Errors.InvalidArgument("A version-id marker cannot be specified without a key marker.");
        var sequence = version is null ? null : objects.Find(bucket.Name, key, version)?.Sequence;
        var page = listing.Versions(bucket.Name, query.Prefix, query.Delimiter, key, sequence, query.Limit);
        var output = query.Answer(bucket.Name, page);
        output["KeyMarker"] = query.Encode(key);
        output["VersionIdMarker"] = version ?? "";
        output["Versions"] = new JsonArray([.. page.Rows.Where(v => !v.Marker).Select(v => Version(query, v))]);
        output["DeleteMarkers"] = new JsonArray([.. page.Rows.Where(v => v.Marker).Select(v => Version(query, v))]);
        if (page.Truncated)
        {
            output["NextKeyMarker"] = query.Encode(LastOf(page));
            if (page.Entries[^1].Row is { } last)
                output["NextVersionIdMarker"] = last.Version;
        }
        return output;
    }

    private static string LastOf(Page<ObjectVersion> page) => page.Entries[^1].CommonPrefix ?? page.Entries[^1].Row!.Key;

    private static JsonArray Contents(ListQuery query, Page<ObjectVersion> page, string? account) => [.. page.Rows.Select(v =>
    {
        var entry = Entry(query, v);
        if (account is not null)
            entry["Owner"] = BucketOperations.Owner(account);
        return entry;
    })];

    private static JsonObject Version(ListQuery query, ObjectVersion version)
    {
        var entry = version.Marker
            ? new JsonObject { ["Key"] = query.Encode(version.Key), ["LastModified"] = version.Modified.ToEpoch() }
            : Entry(query, version);
        entry["VersionId"] = version.Version;
        entry["IsLatest"] = version.Latest;
        return entry;
    }

    private static JsonObject Entry(ListQuery query, ObjectVersion version)
    {
        var entry = new JsonObject
        {
            ["Key"] = query.Encode(version.Key),
            ["LastModified"] = version.Modified.ToEpoch(),
            ["ETag"] = version.QuotedETag,
            ["Size"] = version.Size,
            ["StorageClass"] = version.Properties.Text("StorageClass") ?? "STANDARD",
        };
        if (Checksum.Algorithms.Where(a => version.Properties.ContainsKey(Checksum.Member(a))).ToArray() is { Length: > 0 } algorithms)
        {
            entry["ChecksumAlgorithm"] = new JsonArray([.. algorithms.Select(a => JsonValue.Create(a))]);
            entry["ChecksumType"] = version.Properties.Text("ChecksumType");
        }
        return entry;
    }
}
