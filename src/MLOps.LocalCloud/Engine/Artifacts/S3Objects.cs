using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Artifacts;

/// <summary>Reads and writes objects of the local cloud's S3 for training jobs and endpoints.</summary>
internal sealed class S3Objects(ICloudCaller cloud)
{
    /// <summary>The keys that begin with the location's, in order; at most <paramref name="limit"/> where it is given.</summary>
    /// <exception cref="AwsException">What S3 refuses, such as <c>NoSuchBucket</c>.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(Scope scope, S3Location prefix, CancellationToken cancelled, int? limit = null)
    {
        var keys = new List<string>();
        string? token = null;
        do
        {
            var input = new JsonObject { ["Bucket"] = prefix.Bucket, ["Prefix"] = prefix.Key };
            if (token is not null)
                input["ContinuationToken"] = token;
            if (limit is { } most)
                input["MaxKeys"] = most;
            var answer = await cloud.CallAsync(scope, "s3", "ListObjectsV2", input, cancelled);
            keys.AddRange(answer.Objects("Contents").Select(o => o.Required("Key")));
            token = answer.Text("NextContinuationToken");
        }
        while (token is not null && limit is null);
        return keys;
    }

    /// <summary>Whether there is an object of exactly this key.</summary>
    public async Task<bool> ExistsAsync(Scope scope, S3Location location, CancellationToken cancelled)
    {
        try
        {
            await cloud.CallAsync(scope, "s3", "HeadObject", new JsonObject { ["Bucket"] = location.Bucket, ["Key"] = location.Key }, cancelled);
            return true;
        }
        catch (AwsException e) when (e.Status == 404)
        {
            return false;
        }
    }

    /// <summary>Writes an object's content to a file.</summary>
    public async Task DownloadAsync(Scope scope, S3Location location, string path, CancellationToken cancelled)
    {
        var answer = await cloud.CallAsync(Call(scope, "GetObject", location, cancelled));
        await using var body = answer.Body ?? Stream.Null;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = File.Create(path);
        await body.CopyToAsync(file, cancelled);
    }

    /// <summary>An object's content.</summary>
    public async Task<byte[]> ReadAsync(Scope scope, S3Location location, int most, CancellationToken cancelled)
    {
        var answer = await cloud.CallAsync(Call(scope, "GetObject", location, cancelled));
        await using var body = answer.Body ?? Stream.Null;
        using var copy = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await body.ReadAsync(buffer, cancelled)) > 0; copy.Write(buffer, 0, read))
            if (copy.Length + read > most)
                throw AwsException.Validation($"{location} is larger than {most} bytes.");
        return copy.ToArray();
    }

    /// <summary>Stores a file as an object.</summary>
    public async Task UploadAsync(Scope scope, S3Location location, string path, CancellationToken cancelled)
    {
        await using var file = File.OpenRead(path);
        await cloud.CallAsync(Call(scope, "PutObject", location, cancelled) with { Body = file });
    }

    /// <summary>Stores bytes as an object.</summary>
    public Task UploadAsync(Scope scope, S3Location location, ReadOnlyMemory<byte> content, CancellationToken cancelled) =>
        cloud.CallAsync(Call(scope, "PutObject", location, cancelled) with { Body = new MemoryStream(content.ToArray()) });

    /// <summary>Stores bytes as an object of a content type.</summary>
    public Task UploadAsync(Scope scope, S3Location location, ReadOnlyMemory<byte> content, string? contentType, CancellationToken cancelled)
    {
        var call = Call(scope, "PutObject", location, cancelled);
        if (!string.IsNullOrEmpty(contentType))
            call.Input["ContentType"] = contentType;
        return cloud.CallAsync(call with { Body = new MemoryStream(content.ToArray()) });
    }

    private static OperationCall Call(Scope scope, string operation, S3Location location, CancellationToken cancelled) =>
        new("s3", operation, scope, new JsonObject { ["Bucket"] = location.Bucket, ["Key"] = location.Key })
        {
            Principal = scope.GlobalArn("iam", "root"),
            Cancelled = cancelled,
        };
}
