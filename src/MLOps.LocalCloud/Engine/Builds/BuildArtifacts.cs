using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Archives;
using MLOps.LocalCloud.Engine.Builds.Buildspecs;
using MLOps.LocalCloud.Engine.Images.Dockerfiles;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Builds;

/// <summary>Finds the files of an artifact and puts them into S3.</summary>
internal sealed class BuildArtifacts(ICloudCaller caller)
{
    /// <summary>Uploads one artifact and answers its <c>BuildArtifacts</c> structure.</summary>
    /// <exception cref="BuildFailedException">No file matches, or S3 refuses.</exception>
    public async Task<JsonObject> UploadAsync(Scope scope, string buildId, JsonObject target, BuildspecArtifact artifact, string sourceFolder, BuildLog log, CancellationToken cancelled)
    {
        var files = Find(artifact, sourceFolder);
        log.Say($"Found {files.Count} file(s) for the artifact");
        if (files.Count == 0)
            throw new BuildFailedException("CLIENT_ERROR", $"no matching artifact paths found{(artifact.BaseDirectory == "" ? "" : $" below {artifact.BaseDirectory}")}: {string.Join(", ", artifact.Files)}");
        var bucket = target.Required("location");
        var name = target.Text("name") ?? buildId.Split(':')[0];
        var prefix = string.Join('/', new[] { target.Text("path")?.Trim('/'), target.Text("namespaceType") == "BUILD_ID" ? buildId.Split(':')[1] : null }.Where(p => p is { Length: > 0 }));
        var key = prefix == "" ? name : $"{prefix}/{name}";
        var answer = new JsonObject { ["location"] = $"arn:aws:s3:::{bucket}/{key}", ["encryptionDisabled"] = target.Flag("encryptionDisabled") ?? false };
        if (artifact.Identifier != "")
            answer["artifactIdentifier"] = artifact.Identifier;
        try
        {
            if (target.Text("packaging") == "ZIP")
                answer["sha256sum"] = await UploadZipAsync(scope, bucket, key, files, cancelled);
            else
                foreach (var (inside, path) in files)
                    await PutAsync(scope, bucket, $"{key}/{inside}", File.OpenRead(path), cancelled);
        }
        catch (AwsException e)
        {
            throw new BuildFailedException("CLIENT_ERROR", $"the artifact cannot be uploaded: {e.Code}: {e.Message}");
        }
        return answer;
    }

    /// <summary>The files that the patterns name: names inside the artifact, and paths.</summary>
    public static IReadOnlyList<(string Name, string Path)> Find(BuildspecArtifact artifact, string sourceFolder)
    {
        var root = Path.GetFullPath(Path.Combine(sourceFolder, artifact.BaseDirectory));
        if (root != sourceFolder && !root.StartsWith(sourceFolder + "/", StringComparison.Ordinal))
            throw new BuildFailedException("CLIENT_ERROR", $"the base directory {artifact.BaseDirectory} lies outside the source");
        if (!Directory.Exists(root))
            return [];
        var wanted = artifact.Files.Select(f => PathPattern.Compile(Clean(f), below: false)).ToList();
        var unwanted = artifact.Excluded.Select(f => PathPattern.Compile(Clean(f), below: false)).ToList();
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(root, "*", options))
        {
            var inside = Path.GetRelativePath(root, path);
            if (wanted.Any(p => p.IsMatch(inside)) && !unwanted.Any(p => p.IsMatch(inside)))
                files[artifact.DiscardsPaths ? Path.GetFileName(path) : inside] = path;
        }
        return [.. files.Select(f => (f.Key, f.Value))];
    }

    private static string Clean(string pattern) => pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern.TrimStart('/');

    private async Task<string> UploadZipAsync(Scope scope, string bucket, string key, IReadOnlyList<(string, string)> files, CancellationToken cancelled)
    {
        var zip = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 81920, FileOptions.DeleteOnClose);
        ZipPacking.Pack(zip, files);
        zip.Position = 0;
        var sha = Convert.ToHexStringLower(await SHA256.HashDataAsync(zip, cancelled));
        zip.Position = 0;
        await PutAsync(scope, bucket, key, zip, cancelled);
        return sha;
    }

    private async Task PutAsync(Scope scope, string bucket, string key, Stream content, CancellationToken cancelled)
    {
        await using (content)
            await caller.CallAsync(new OperationCall("s3", "PutObject", scope, new JsonObject { ["Bucket"] = bucket, ["Key"] = key })
            {
                Body = content,
                Principal = scope.GlobalArn("iam", "root"),
                Cancelled = cancelled,
            });
    }
}
