using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeCommit;

/// <summary>Commits: the only way to change a repository's files here.</summary>
internal sealed class CommitOperations(RepositoryStore store, CloudEventBus bus, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("codecommit", "CreateCommit", Create)
        .On("codecommit", "PutFile", PutFile)
        .On("codecommit", "GetCommit", Get);

    private JsonObject Create(OperationCall call)
    {
        var (commit, change) = Commit(call, call.Input, call.Input.Text("authorName"));
        var answer = change.Answer;
        answer["commitId"] = commit.Text("commitId");
        answer["treeId"] = commit.Text("treeId");
        return answer;
    }

    private JsonObject PutFile(OperationCall call)
    {
        var entries = new JsonObject { ["putFiles"] = new JsonArray(call.Input.Pick("filePath", "fileContent", "fileMode")) };
        try
        {
            var (commit, change) = Commit(call, entries, call.Input.Text("name"));
            var path = CommitChange.CleanPath(call.Input.Required("filePath"));
            return new JsonObject { ["commitId"] = commit.Text("commitId"), ["blobId"] = change.Files[path].BlobId, ["treeId"] = commit.Text("treeId") };
        }
        catch (AwsException e) when (e.Code == "NoChangeException")
        {
            throw new AwsException("SameFileContentException", "The file was not added or updated either because the content of the file is exactly the same as the content of that file in the repository and branch that you specified");
        }
    }

    private JsonObject Get(OperationCall call)
    {
        var id = call.Input.Required("commitId");
        var found = store.Commit(call.Scope, store.Repository(call), id) ?? throw new AwsException("CommitIdDoesNotExistException", $"{id} does not exist");
        return new JsonObject { ["commit"] = found.Object("commit").Copy() };
    }

    private (JsonObject Commit, CommitChange Change) Commit(OperationCall call, JsonObject entries, string? author)
    {
        var repository = store.Repository(call);
        var branch = call.Input.Required("branchName");
        var parent = Parent(call, repository, branch);
        var change = new CommitChange(store, RepositoryStore.Files(parent is null ? null : store.Commit(call.Scope, repository, parent)));
        change.Apply(entries);
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var name = author ?? call.Principal.Split('/')[^1];
        var (email, message) = (call.Input.Text("email") ?? "", call.Input.Text("commitMessage") ?? "");
        var tree = GitObjects.Tree(change.Files);
        var who = new JsonObject { ["name"] = name, ["email"] = email, ["date"] = $"{now.ToUnixTimeSeconds()} +0000" };
        var commit = new JsonObject
        {
            ["commitId"] = GitObjects.Commit(tree, parent, name, email, now, message),
            ["treeId"] = tree,
            ["parents"] = parent is null ? new JsonArray() : new JsonArray(parent),
            ["message"] = message,
            ["author"] = who,
            ["committer"] = who.Copy(),
            ["additionalData"] = "",
        };
        store.AddCommit(call.Scope, repository, new JsonObject { ["commit"] = commit, ["files"] = RepositoryStore.Files(change.Files) });
        Move(call, branch, parent, commit.Required("commitId"), now);
        CodeCommitEvents.Moved(bus, call, repository, branch, parent, commit.Required("commitId"));
        return (commit, change);
    }

    /// <summary>The tip of the branch, which the caller must name; null where the repository is empty.</summary>
    private string? Parent(OperationCall call, JsonObject repository, string branch)
    {
        var named = call.Input.Text("parentCommitId");
        var tip = repository.Object("branches")!.Text(branch);
        if (tip is null && repository.Object("branches")!.Count > 0)
            throw new AwsException("BranchDoesNotExistException", $"Branch {branch} does not exist");
        if (named is not null && named != tip && store.Commit(call.Scope, repository, named) is null)
            throw new AwsException("ParentCommitDoesNotExistException", $"The parent commit {named} does not exist in the repository");
        if (tip is not null && named is null)
            throw new AwsException("ParentCommitIdRequiredException", "A parent commit ID is required. To view the full commit ID of a branch in a repository, use GetBranch");
        return named == tip ? tip : throw Outdated(branch);
    }

    /// <summary>Moves the branch, where it still is where the commit began.</summary>
    private void Move(OperationCall call, string branch, string? from, string to, DateTimeOffset now) =>
        _ = store.Repositories.Update(call.Scope, call.Input.Required("repositoryName"), document =>
        {
            if (document.Object("branches")!.Text(branch) != from)
                throw Outdated(branch);
            document.Object("branches")![branch] = to;
            var metadata = document.Object("metadata")!;
            metadata["lastModifiedDate"] = now.ToEpoch();
            if (metadata.Text("defaultBranch") is null)
                metadata["defaultBranch"] = branch;
        });

    private static AwsException Outdated(string branch) =>
        new("ParentCommitIdOutdatedException", $"The file could not be added because the provided parent commit ID is not the current tip of the branch {branch}. To view the full commit ID of the current head of the branch, use GetBranch");
}
