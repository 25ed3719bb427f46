using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeCommit;

/// <summary>Reads files, folders and differences of commits.</summary>
internal sealed class FileOperations(RepositoryStore store) : IOperations
{
    public void Map(OperationMap map) => map
        .On("codecommit", "GetFile", GetFile)
        .On("codecommit", "GetFolder", GetFolder)
        .On("codecommit", "GetDifferences", GetDifferences);

    private JsonObject GetFile(OperationCall call)
    {
        var commit = store.Resolve(call, store.Repository(call), call.Input.Text("commitSpecifier"));
        var path = CommitChange.CleanPath(call.Input.Required("filePath"));
        if (!RepositoryStore.Files(commit).TryGetValue(path, out var file))
            throw new AwsException("FileDoesNotExistException", $"Could not find path {path}");
        var content = store.Blob(file.BlobId);
        return new JsonObject
        {
            ["commitId"] = commit.Object("commit")!.Text("commitId"),
            ["blobId"] = file.BlobId,
            ["filePath"] = path,
            ["fileMode"] = file.Mode,
            ["fileSize"] = content.LongLength,
            ["fileContent"] = Convert.ToBase64String(content),
        };
    }

    private JsonObject GetFolder(OperationCall call)
    {
        var commit = store.Resolve(call, store.Repository(call), call.Input.Text("commitSpecifier"));
        var folder = call.Input.Required("folderPath").Trim('/');
        var prefix = folder == "" ? "" : folder + "/";
        var files = RepositoryStore.Files(commit);
        var below = files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        if (below.Count == 0 && folder != "")
            throw new AwsException("FolderDoesNotExistException", $"Could not find path {folder}");
        var here = below.Where(f => f.Key.IndexOf('/', prefix.Length) < 0).ToLookup(f => f.Value.Mode == "SYMLINK", f => Entry(f.Key, f.Value));
        var folders = below.Where(f => f.Key.IndexOf('/', prefix.Length) > 0).Select(f => f.Key[..f.Key.IndexOf('/', prefix.Length)]).Distinct();
        return new JsonObject
        {
            ["commitId"] = commit.Object("commit")!.Text("commitId"),
            ["folderPath"] = folder,
            ["treeId"] = GitObjects.Tree(files, folder),
            ["subFolders"] = folders.Select(f => new JsonObject { ["treeId"] = GitObjects.Tree(files, f), ["absolutePath"] = f, ["relativePath"] = f[prefix.Length..] }).ToJson(),
            ["files"] = here[false].ToJson(),
            ["symbolicLinks"] = here[true].ToJson(),
            ["subModules"] = new JsonArray(),
        };
    }

    private JsonObject GetDifferences(OperationCall call)
    {
        var repository = store.Repository(call);
        var after = Below(store.Resolve(call, repository, call.Input.Required("afterCommitSpecifier")), call.Input.Text("afterPath"));
        var before = call.Input.Text("beforeCommitSpecifier") is { } specifier ? Below(store.Resolve(call, repository, specifier), call.Input.Text("beforePath")) : [];
        var differences = new List<JsonObject>();
        foreach (var path in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (had, has) = (before.TryGetValue(path, out var old), after.TryGetValue(path, out var now));
            if (had && has && old == now)
                continue;
            var difference = new JsonObject { ["changeType"] = had && has ? "M" : has ? "A" : "D" };
            if (had)
                difference["beforeBlob"] = new JsonObject { ["blobId"] = old.BlobId, ["path"] = path, ["mode"] = old.GitMode };
            if (has)
                difference["afterBlob"] = new JsonObject { ["blobId"] = now.BlobId, ["path"] = path, ["mode"] = now.GitMode };
            differences.Add(difference);
        }
        var (page, next) = Paging.Take(differences, d => (d.Object("afterBlob") ?? d.Object("beforeBlob"))!.Required("path"),
            call.Input.Text("NextToken"), call.Input.Whole("MaxResults") ?? 400, RepositoryOperations.InvalidToken);
        return new JsonObject { ["differences"] = page.ToJson(), ["NextToken"] = next };
    }

    private static Dictionary<string, GitFile> Below(JsonObject commit, string? path)
    {
        var files = RepositoryStore.Files(commit);
        if (path?.Trim('/') is not { Length: > 0 } folder)
            return new(files);
        var found = files.Where(f => f.Key == folder || f.Key.StartsWith(folder + "/", StringComparison.Ordinal)).ToDictionary();
        return found.Count > 0 ? found : throw new AwsException("PathDoesNotExistException", $"Could not find path {path}");
    }

    private static JsonObject Entry(string path, GitFile file) => new()
    {
        ["blobId"] = file.BlobId,
        ["absolutePath"] = path,
        ["relativePath"] = path[(path.LastIndexOf('/') + 1)..],
        ["fileMode"] = file.Mode,
    };
}
