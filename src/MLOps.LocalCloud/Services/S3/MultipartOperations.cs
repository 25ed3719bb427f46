using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Multipart uploads up to their completion.</summary>
internal sealed class MultipartOperations(Buckets buckets, Objects objects, Uploads uploads, Listing listing, Blobs blobs, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("s3", "CreateMultipartUpload", Create)
        .On("s3", "UploadPart", UploadPartAsync)
        .On("s3", "UploadPartCopy", CopyPartAsync)
        .On("s3", "AbortMultipartUpload", Abort)
        .On("s3", "ListMultipartUploads", List)
        .On("s3", "ListParts", ListParts);

    /// <summary>The unfinished upload that a call names.</summary>
    public static (Bucket Bucket, Upload Upload) Require(OperationCall call, Buckets buckets, Uploads uploads)
    {
        var bucket = buckets.Require(call);
        return (bucket, uploads.Require(bucket.Name, call.Input.Required("Key"), call.Input.Required("UploadId")));
    }

    private JsonObject Create(OperationCall call)
    {
        var bucket = buckets.Require(call);
        var (algorithm, type) = (call.Input.Text("ChecksumAlgorithm"), call.Input.Text("ChecksumType"));
        if (algorithm is null && type is not null)
            throw S3Errors.InvalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
        var settled = type ?? (algorithm is null or "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
        if (settled == "FULL_OBJECT" ? !Checksum.CanJoin(algorithm ?? Checksum.Default) : algorithm == "CRC64NVME")
            throw S3Errors.InvalidRequest($"The {settled} checksum type cannot be used with the {algorithm?.ToLowerInvariant()} checksum algorithm.");
        var properties = ObjectProperties.Read(call.Input, bucket);
        properties["ChecksumAlgorithm"] = algorithm ?? Checksum.Default;
        properties["ChecksumType"] = settled;
        var upload = new Upload(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48)), bucket.Name, call.Input.Required("Key"), time.GetUtcNow(), properties);
        uploads.Add(upload);
        var output = properties.Pick("ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled");
        output["Bucket"] = bucket.Name;
        output["Key"] = upload.Key;
        output["UploadId"] = upload.Id;
        if (algorithm is not null)
        {
            output["ChecksumAlgorithm"] = algorithm;
            output["ChecksumType"] = settled;
        }
        return output;
    }

    private async Task<OperationAnswer> UploadPartAsync(OperationCall call)
    {
        var (_, upload) = Require(call, buckets, uploads);
        var number = PartNumber(call);
        var wanted = Integrity.Wanted(call.Input, upload.Algorithm);
        var stored = await Integrity.StoreAsync(blobs, call, wanted.Append(upload.Algorithm));
        var part = Keep(upload, number, stored);
        var output = Integrity.Members(stored.Checksums.Where(c => wanted.Contains(c.Key)).ToDictionary());
        output["ETag"] = $"\"{part.ETag}\"";
        return output;
    }

    private async Task<OperationAnswer> CopyPartAsync(OperationCall call)
    {
        var (_, upload) = Require(call, buckets, uploads);
        var number = PartNumber(call);
        var source = CopySource.Parse(call.Input.Required("CopySource")).Find(call, buckets, objects);
        var range = new ByteRange(0, source.Size);
        if (call.Input.Text("CopySourceRange") is { } header)
            range = ByteRange.Parse(header, source.Size) ?? throw S3Errors.InvalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy");
        StoredBlob stored;
        await using (var content = blobs.Open(source.Blobs, range.Offset, range.Length))
            stored = await blobs.StoreAsync(content, [upload.Algorithm], call.Cancelled);
        var part = Keep(upload, number, stored);
        var result = part.Checksums.Copy()!;
        result["ETag"] = $"\"{part.ETag}\"";
        result["LastModified"] = part.Modified.ToEpoch();
        var output = new JsonObject { ["CopyPartResult"] = result };
        if (source.Version != ObjectVersion.NullVersion)
            output["CopySourceVersionId"] = source.Version;
        return output;
    }

    private UploadedPart Keep(Upload upload, int number, StoredBlob stored)
    {
        var checksums = Integrity.Members(new Dictionary<string, byte[]> { [upload.Algorithm] = stored.Checksums[upload.Algorithm] });
        var part = new UploadedPart(number, stored.ETag, time.GetUtcNow(), stored.Blob, checksums);
        try
        {
            uploads.AddPart(upload, part);
        }
        catch
        {
            blobs.Remove([stored.Blob]);
            throw;
        }
        return part;
    }

    private static int PartNumber(OperationCall call) => call.Input.Whole("PartNumber") is >= 1 and <= 10_000 and var number
        ? number : throw S3Errors.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");

    private JsonObject Abort(OperationCall call)
    {
        var (_, upload) = Require(call, buckets, uploads);
        if (call.Input.Time("IfMatchInitiatedTime") is { } started && started.ToUnixTimeSeconds() != upload.Started.ToUnixTimeSeconds())
            throw S3Errors.PreconditionFailed("x-amz-if-match-initiated-time");
        uploads.Abort(upload);
        return [];
    }

    private JsonObject List(OperationCall call)
    {
        var query = new ListQuery(call.Input, "MaxUploads");
        var bucket = buckets.Require(call);
        var (key, id) = (call.Input.Text("KeyMarker") ?? "", call.Input.Text("UploadIdMarker"));
        var page = listing.Uploads(bucket.Name, query.Prefix, query.Delimiter, key, key.Length == 0 ? null : id, query.Limit);
        var output = query.Answer(bucket.Name, page);
        output["KeyMarker"] = query.Encode(key);
        output["UploadIdMarker"] = id ?? "";
        var owner = BucketOperations.Owner(bucket.Scope.Account);
        output["Uploads"] = new JsonArray([.. page.Rows.Select(u => new JsonObject
        {
            ["UploadId"] = u.Id, ["Key"] = query.Encode(u.Key), ["Initiated"] = u.Started.ToEpoch(),
            ["StorageClass"] = u.Properties.Text("StorageClass") ?? "STANDARD", ["Owner"] = owner.Copy(), ["Initiator"] = owner.Copy(),
            ["ChecksumAlgorithm"] = u.Algorithm, ["ChecksumType"] = u.ChecksumType,
        })]);
        if (page.Truncated)
        {
            output["NextKeyMarker"] = query.Encode(page.Entries[^1].CommonPrefix ?? page.Entries[^1].Row!.Key);
            output["NextUploadIdMarker"] = page.Entries[^1].Row?.Id;
        }
        return output;
    }

    private JsonObject ListParts(OperationCall call)
    {
        var (bucket, upload) = Require(call, buckets, uploads);
        var limit = Math.Clamp(call.Input.Whole("MaxParts") ?? ListOperations.LargestPage, 0, ListOperations.LargestPage);
        var marker = call.Input["PartNumberMarker"] is { } sent && int.TryParse(sent.ToString(), out var number) ? number : 0;
        var found = uploads.Parts(upload, marker, limit + 1);
        var shown = found.Take(limit).ToList();
        var owner = BucketOperations.Owner(bucket.Scope.Account);
        return new JsonObject
        {
            ["Bucket"] = bucket.Name, ["Key"] = upload.Key, ["UploadId"] = upload.Id, ["MaxParts"] = limit,
            ["PartNumberMarker"] = marker.ToString(), ["NextPartNumberMarker"] = (shown.Count > 0 ? shown[^1].Number : marker).ToString(),
            ["IsTruncated"] = found.Count > limit, ["Initiator"] = owner.Copy(), ["Owner"] = owner.Copy(),
            ["StorageClass"] = upload.Properties.Text("StorageClass") ?? "STANDARD",
            ["ChecksumAlgorithm"] = upload.Algorithm, ["ChecksumType"] = upload.ChecksumType,
            ["Parts"] = new JsonArray([.. shown.Select(p =>
            {
                var part = p.Checksums.Copy()!;
                part["PartNumber"] = p.Number;
                part["LastModified"] = p.Modified.ToEpoch();
                part["ETag"] = $"\"{p.ETag}\"";
                part["Size"] = p.Blob.Size;
                return part;
            })]),
        };
    }
}
