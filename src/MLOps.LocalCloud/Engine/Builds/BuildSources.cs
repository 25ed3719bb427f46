using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Archives;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Builds;

/// <summary>A source, buildspec, command or artifact of a build that failed, with CodeBuild's code for it.</summary>
internal sealed class BuildFailedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Fetches a build's sources.</summary>
internal sealed class BuildSources(ICloudCaller caller)
{
    /// <summary>Fetches one source into a folder and answers its resolved version, or null where it has none.</summary>
    /// <exception cref="BuildFailedException">The source cannot be fetched.</exception>
    public async Task<string?> FetchAsync(Scope scope, JsonObject source, string? version, string folder, CancellationToken cancelled)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return source.Text("type") switch
            {
                "NO_SOURCE" => null,
                "CODECOMMIT" => await CommitAsync(scope, source.Required("location"), version, folder, cancelled),
                _ => await ObjectAsync(scope, source.Required("location"), version, folder, cancelled),
            };
        }
        catch (AwsException e)
        {
            throw new BuildFailedException("CLIENT_ERROR", $"{e.Code}: {e.Message} for primary source and source version {version}");
        }
        catch (UnsafeArchiveException e)
        {
            throw new BuildFailedException("CLIENT_ERROR", $"the source cannot be unpacked: {e.Message}");
        }
    }

    /// <summary>The bucket and key of <c>bucket/key</c> or <c>arn:aws:s3:::bucket/key</c>.</summary>
    public static (string Bucket, string Key) Place(string location)
    {
        var path = location.StartsWith("arn:", StringComparison.Ordinal) ? location[(location.LastIndexOf(':') + 1)..] : location;
        var slash = path.IndexOf('/');
        return slash > 0 && slash < path.Length - 1
            ? (path[..slash], path[(slash + 1)..])
            : throw new BuildFailedException("CLIENT_ERROR", $"the location {location} is not of the form BUCKET/KEY");
    }

    private async Task<string?> ObjectAsync(Scope scope, string location, string? version, string folder, CancellationToken cancelled)
    {
        var (bucket, key) = Place(location);
        if (!key.EndsWith('/'))
        {
            var (zip, resolved) = await DownloadAsync(scope, bucket, key, version, cancelled);
            await using (zip)
                SafeZip.Extract(zip, folder, ArchiveLimits.Artifact);
            return resolved;
        }
        var listed = await caller.CallAsync(scope, "s3", "ListObjectsV2", new JsonObject { ["Bucket"] = bucket, ["Prefix"] = key }, cancelled);
        foreach (var name in listed.Objects("Contents").Select(c => c.Required("Key")).Where(k => !k.EndsWith('/') && !k.Split('/').Contains("..")))
        {
            var path = Path.Combine(folder, name[key.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var (content, _) = await DownloadAsync(scope, bucket, name, null, cancelled);
            await using (content)
            await using (var file = File.Create(path))
                await content.CopyToAsync(file, cancelled);
        }
        return null;
    }

    private async Task<(Stream Content, string? Version)> DownloadAsync(Scope scope, string bucket, string key, string? version, CancellationToken cancelled)
    {
        var input = new JsonObject { ["Bucket"] = bucket, ["Key"] = key };
        if (version is { Length: > 0 })
            input["VersionId"] = version;
        var answer = await caller.CallAsync(new OperationCall("s3", "GetObject", scope, input) { Principal = scope.GlobalArn("iam", "root"), Cancelled = cancelled });
        // A zip's list of entries stands at its end: it is read from a file.
        var copy = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 81920, FileOptions.DeleteOnClose);
        await using (answer.Body!)
            await answer.Body!.CopyToAsync(copy, cancelled);
        copy.Position = 0;
        return (copy, answer.Output.Text("VersionId"));
    }

    private async Task<string> CommitAsync(Scope scope, string location, string? version, string folder, CancellationToken cancelled)
    {
        var repository = location.TrimEnd('/').Split('/')[^1];
        var root = await caller.CallAsync(scope, "codecommit", "GetFolder", Specified(new JsonObject { ["repositoryName"] = repository, ["folderPath"] = "/" }, version), cancelled);
        var commit = root.Required("commitId");
        for (string? token = ""; token is not null;)
        {
            var input = new JsonObject { ["repositoryName"] = repository, ["afterCommitSpecifier"] = commit };
            if (token != "")
                input["NextToken"] = token;
            var page = await caller.CallAsync(scope, "codecommit", "GetDifferences", input, cancelled);
            foreach (var blob in page.Objects("differences").Select(d => d.Object("afterBlob")!).Where(b => b.Text("mode") != "120000"))
                await WriteAsync(scope, repository, commit, blob, folder, cancelled);
            token = page.Text("NextToken");
        }
        return commit;
    }

    private async Task WriteAsync(Scope scope, string repository, string commit, JsonObject blob, string folder, CancellationToken cancelled)
    {
        var name = blob.Required("path");
        var file = await caller.CallAsync(scope, "codecommit", "GetFile", new JsonObject { ["repositoryName"] = repository, ["commitSpecifier"] = commit, ["filePath"] = name }, cancelled);
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, Convert.FromBase64String(file.Required("fileContent")), cancelled);
        if (blob.Text("mode") == "100755")
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
    }

    private static JsonObject Specified(JsonObject input, string? version)
    {
        if (version is { Length: > 0 })
            input["commitSpecifier"] = version;
        return input;
    }
}
