using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>Checks content against what its sender says of it, and keeps a checksum for its readers.</summary>
internal static class Integrity
{
    /// <summary>The algorithms to reckon while the content comes in.</summary>
    public static IReadOnlyList<string> Wanted(JsonObject input, string otherwise = Checksum.Default)
    {
        var wanted = Checksum.Algorithms.Where(a => input.ContainsKey(Checksum.Member(a))).ToList();
        if (input.Text("ChecksumAlgorithm") is { } named && !wanted.Contains(named))
            wanted.Add(named);
        if (wanted.Count == 0)
            wanted.Add(otherwise);
        return wanted;
    }

    /// <summary>Stores the payload of a call and checks it; what does not hold is removed again.</summary>
    public static async Task<StoredBlob> StoreAsync(Blobs blobs, OperationCall call, IEnumerable<string> wanted)
    {
        var stored = await blobs.StoreAsync(call.Body, wanted, call.Cancelled);
        try
        {
            CheckSize(call, stored);
            CheckMd5(call.Input, stored);
            foreach (var algorithm in Checksum.Algorithms)
                if ((call.Input.Text(Checksum.Member(algorithm)) ?? call.Trailers.GetValueOrDefault(Checksum.Member(algorithm))) is { } sent)
                    stored = await CheckAsync(blobs, stored, algorithm, sent, call.Cancelled);
            return stored;
        }
        catch
        {
            blobs.Remove([stored.Blob]);
            throw;
        }
    }

    /// <summary>The checksum members of an answer or of a stored object.</summary>
    public static JsonObject Members(IReadOnlyDictionary<string, byte[]> checksums) =>
        new(checksums.Select(c => KeyValuePair.Create(Checksum.Member(c.Key), (JsonNode?)Convert.ToBase64String(c.Value))));

    /// <summary>Copies the checksum members and their type from one object to another.</summary>
    public static void CopyMembers(JsonObject from, JsonObject to)
    {
        foreach (var (name, value) in from)
            if (name.StartsWith("Checksum", StringComparison.Ordinal))
                to[name] = value.Copy();
    }

    private static void CheckSize(OperationCall call, StoredBlob stored)
    {
        if (call.BodyLength is { } length && length != stored.Blob.Size)
            throw new AwsException("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");
    }

    private static void CheckMd5(JsonObject input, StoredBlob stored)
    {
        if (input.Text("ContentMD5") is not { } md5)
            return;
        if (Decode(md5, 16) is not { } sent)
            throw new AwsException("InvalidDigest", "The Content-MD5 you specified was invalid");
        if (!sent.AsSpan().SequenceEqual(stored.Md5))
            throw new AwsException("BadDigest", "The Content-MD5 you specified did not match what we received.");
    }

    private static async Task<StoredBlob> CheckAsync(Blobs blobs, StoredBlob stored, string algorithm, string sent, CancellationToken cancelled)
    {
        if (Decode(sent, Checksum.Length(algorithm)) is not { } value)
            throw S3Errors.InvalidRequest($"Value for x-amz-checksum-{algorithm.ToLowerInvariant()} header is invalid.");
        if (!stored.Checksums.TryGetValue(algorithm, out var reckoned))
        {
            // A trailer that was not announced: only now is known what to reckon.
            reckoned = await ReckonAsync(blobs, stored.Blob, algorithm, cancelled);
            stored = stored with { Checksums = new Dictionary<string, byte[]> { [algorithm] = reckoned } };
        }
        return value.AsSpan().SequenceEqual(reckoned)
            ? stored
            : throw new AwsException("BadDigest", $"The {algorithm} you specified did not match the calculated checksum.");
    }

    private static async Task<byte[]> ReckonAsync(Blobs blobs, Blob blob, string algorithm, CancellationToken cancelled)
    {
        using var running = Checksum.Start(algorithm);
        await using var content = blobs.Open([blob], 0, blob.Size);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await content.ReadAsync(buffer, cancelled)) > 0)
            running.Append(buffer.AsSpan(0, read));
        return running.Finish();
    }

    private static byte[]? Decode(string base64, int length)
    {
        var bytes = new byte[length];
        return Convert.TryFromBase64String(base64, bytes, out var written) && written == length ? bytes : null;
    }
}
