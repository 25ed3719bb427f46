using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>CompleteMultipartUpload: checks the parts and makes the object of them, without moving a byte.</summary>
internal sealed class CompleteOperations(Buckets buckets, Objects objects, Uploads uploads, Blobs blobs, S3Events events, TimeProvider time) : IOperations
{
    private const long SmallestPart = 5 << 20;

    public void Map(OperationMap map) => map.On("s3", "CompleteMultipartUpload", Complete);

    private JsonObject Complete(OperationCall call)
    {
        var (bucket, upload) = MultipartOperations.Require(call, buckets, uploads);
        var there = uploads.Parts(upload, 0, 10_000).ToDictionary(p => p.Number);
        var parts = Chosen(call.Input, there, upload);
        var properties = upload.Properties.Copy()!;
        properties.Remove("ChecksumAlgorithm");
        properties["Parts"] = parts.Count;
        properties[Checksum.Member(upload.Algorithm)] = WholeChecksum(call.Input, upload, parts);
        var version = objects.Put(
            new ObjectVersion
            {
                Bucket = bucket.Name, Key = upload.Key, Modified = time.GetUtcNow(), Size = parts.Sum(p => p.Blob.Size),
                ETag = $"{Convert.ToHexStringLower(Checksum.Of("MD5", parts.SelectMany(p => Convert.FromHexString(p.ETag)).ToArray()))}-{parts.Count}",
                Blobs = [.. parts.Select(p => p.Blob)], Properties = properties,
            },
            current => Conditions.CheckWrite(call.Input, current),
            s => Uploads.Remove(s, upload.Id));
        blobs.Remove(there.Values.Except(parts).Select(p => p.Blob));
        events.Created(call, bucket, version, "CompleteMultipartUpload");
        var output = WriteOperations.Written(bucket, version);
        output["Bucket"] = bucket.Name;
        output["Key"] = upload.Key;
        output["Location"] = $"https://{bucket.Name}.s3.{bucket.Scope.Region}.amazonaws.com/{Uri.EscapeDataString(upload.Key).Replace("%2F", "/", StringComparison.Ordinal)}";
        return output;
    }

    private static List<UploadedPart> Chosen(JsonObject input, Dictionary<int, UploadedPart> there, Upload upload)
    {
        var parts = new List<UploadedPart>();
        foreach (var named in input.Object("MultipartUpload")?.Objects("Parts") ?? [])
        {
            var number = named.Whole("PartNumber") ?? 0;
            if (parts.Count > 0 && number <= parts[^1].Number)
                throw new AwsException("InvalidPartOrder", "The list of parts was not in ascending order. The parts list must be specified in order by part number.");
            var member = Checksum.Member(upload.Algorithm);
            if (!there.TryGetValue(number, out var part) || named.Text("ETag")?.Trim('"') != part.ETag
                || (named.Text(member) is { } sent && sent != part.Checksums.Text(member)))
                throw new AwsException("InvalidPart", "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.");
            parts.Add(part);
        }
        if (parts.Count == 0)
            throw new AwsException("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
        if (parts.Take(parts.Count - 1).Any(p => p.Blob.Size < SmallestPart))
            throw new AwsException("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
        if (input.Number("MpuObjectSize") is { } size && (long)size != parts.Sum(p => p.Blob.Size))
            throw S3Errors.InvalidRequest("The provided 'x-amz-mp-object-size' header does not match what was computed.");
        return parts;
    }

    private static string WholeChecksum(JsonObject input, Upload upload, List<UploadedPart> parts)
    {
        if (input.Text("ChecksumType") is { } type && type != upload.ChecksumType)
            throw S3Errors.InvalidRequest($"The upload was created using the {upload.ChecksumType} checksum mode. The complete request must use the same checksum mode.");
        var (algorithm, member) = (upload.Algorithm, Checksum.Member(upload.Algorithm));
        var values = parts.Select(p => (Value: Convert.FromBase64String(p.Checksums.Required(member)), p.Blob.Size)).ToList();
        var whole = upload.ChecksumType == "FULL_OBJECT"
            ? Convert.ToBase64String(values.Aggregate((a, b) => (Checksum.Join(algorithm, a.Value, b.Value, b.Size), a.Size + b.Size)).Value)
            : $"{Convert.ToBase64String(Checksum.Of(algorithm, values.SelectMany(v => v.Value).ToArray()))}-{parts.Count}";
        if (input.Text(member) is { } sent && sent != whole && sent != whole.Split('-')[0])
            throw new AwsException("BadDigest", $"The {algorithm} you specified did not match the calculated checksum.");
        return whole;
    }
}
