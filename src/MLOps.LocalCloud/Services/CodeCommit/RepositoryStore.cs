using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.CodeCommit;

/// <summary>
/// Repositories <c>{metadata, branches: {name: commit}}</c>, their commits <c>{commit, files: {path: [blob, mode]}}</c>, and
/// blobs as files named by their id.
/// </summary>
internal sealed class RepositoryStore(DocumentStore documents, StateFolder folder)
{
    private readonly DocumentTable commits = documents.Table("codecommit/commit");

    public DocumentTable Repositories { get; } = documents.Table("codecommit/repository");

    public JsonObject Repository(OperationCall call)
    {
        var name = call.Input.Required("repositoryName");
        return Repositories.Find(call.Scope, name) ?? throw new AwsException("RepositoryDoesNotExistException", $"{name} does not exist");
    }

    /// <summary>The commit document of an id, or null.</summary>
    public JsonObject? Commit(Scope scope, JsonObject repository, string id) => commits.Find(scope, CommitKey(repository, id));

    public void AddCommit(Scope scope, JsonObject repository, JsonObject commit) =>
        commits.Put(scope, CommitKey(repository, commit.Object("commit")!.Required("commitId")), commit);

    public void RemoveCommits(Scope scope, JsonObject repository)
    {
        foreach (var document in commits.List(scope).Where(d => d.Key.StartsWith(CommitKey(repository, ""), StringComparison.Ordinal)).ToList())
            commits.Remove(scope, document.Key);
    }

    /// <summary>The commit that a branch, a full reference, <c>HEAD</c>, an id, or nothing (the default branch) names.</summary>
    public JsonObject Resolve(OperationCall call, JsonObject repository, string? specifier)
    {
        var branches = repository.Object("branches")!;
        var name = specifier is null or "HEAD" ? repository.Object("metadata")!.Text("defaultBranch") ?? ""
            : specifier.StartsWith("refs/heads/", StringComparison.Ordinal) ? specifier["refs/heads/".Length..] : specifier;
        return Commit(call.Scope, repository, branches.Text(name) ?? name)
            ?? throw new AwsException("CommitDoesNotExistException", $"{specifier ?? "HEAD"} does not exist");
    }

    public static SortedDictionary<string, GitFile> Files(JsonObject? commit) => new(
        commit?.Object("files")!.ToDictionary(f => f.Key, f => new GitFile(f.Value![0]!.GetValue<string>(), f.Value[1]!.GetValue<string>())) ?? [],
        StringComparer.Ordinal);

    public static JsonObject Files(IEnumerable<KeyValuePair<string, GitFile>> files) =>
        new(files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)new JsonArray(f.Value.BlobId, f.Value.Mode))));

    /// <summary>Stores a blob, whole or not at all, and answers its id.</summary>
    public string AddBlob(byte[] content)
    {
        var id = GitObjects.Blob(content);
        var path = BlobPath(id);
        if (!File.Exists(path))
        {
            var unfinished = $"{path}.{Guid.NewGuid():n}";
            File.WriteAllBytes(unfinished, content);
            File.Move(unfinished, path, overwrite: true);
        }
        return id;
    }

    public byte[] Blob(string id) => File.ReadAllBytes(BlobPath(id));

    private string BlobPath(string id) => Path.Combine(folder.Folder("codecommit", "blobs"), id);

    private static string CommitKey(JsonObject repository, string id) => $"{repository.Object("metadata")!.Required("repositoryId")}/{id}";
}
