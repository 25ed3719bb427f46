using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeCommit;

/// <summary>Repositories and branches.</summary>
internal sealed class RepositoryOperations(RepositoryStore store, CloudEventBus bus, TimeProvider time) : IOperations
{
    private const int PageSize = 1000;

    public void Map(OperationMap map) => map
        .On("codecommit", "CreateRepository", Create)
        .On("codecommit", "GetRepository", call => new JsonObject { ["repositoryMetadata"] = store.Repository(call).Object("metadata").Copy() })
        .On("codecommit", "ListRepositories", List)
        .On("codecommit", "DeleteRepository", Delete)
        .On("codecommit", "CreateBranch", CreateBranch)
        .On("codecommit", "GetBranch", GetBranch)
        .On("codecommit", "ListBranches", ListBranches);

    private JsonObject Create(OperationCall call)
    {
        var name = call.Input.Required("repositoryName");
        if (name.EndsWith(".git", StringComparison.Ordinal))
            throw new AwsException("InvalidRepositoryNameException", "A repository name must not end with .git");
        var now = time.GetUtcNow().ToEpoch();
        var metadata = new JsonObject
        {
            ["accountId"] = call.Scope.Account,
            ["repositoryId"] = Guid.NewGuid().ToString(),
            ["repositoryName"] = name,
            ["creationDate"] = now,
            ["lastModifiedDate"] = now,
            ["Arn"] = call.Scope.Arn("codecommit", name),
        };
        // No clone URLs: the local cloud speaks CodeCommit's API and not Git's protocols.
        if (call.Input.Text("repositoryDescription") is { } description)
            metadata["repositoryDescription"] = description;
        var document = new JsonObject { ["metadata"] = metadata, ["branches"] = new JsonObject(), ["tags"] = call.Input.Object("tags").Copy() ?? [] };
        if (!store.Repositories.TryAdd(call.Scope, name, document))
            throw new AwsException("RepositoryNameExistsException", $"Repository named {name} already exists");
        return new JsonObject { ["repositoryMetadata"] = metadata.Copy() };
    }

    private JsonObject List(OperationCall call)
    {
        var all = store.Repositories.List(call.Scope).Select(d => d.Value.Object("metadata")!);
        all = call.Input.Text("sortBy") == "lastModifiedDate"
            ? all.OrderBy(m => m.Number("lastModifiedDate"))
            : all.OrderBy(m => m.Text("repositoryName"), StringComparer.Ordinal);
        if (call.Input.Text("order") == "descending")
            all = all.Reverse();
        var (page, next) = Paging.Take([.. all], m => m.Required("repositoryId"), call.Input.Text("nextToken"), PageSize, InvalidToken);
        return new JsonObject { ["repositories"] = page.Select(m => m.Pick("repositoryName", "repositoryId")).ToJson(), ["nextToken"] = next };
    }

    /// <summary>A repository that is not there is no error: the answer has no id.</summary>
    private JsonObject Delete(OperationCall call)
    {
        var name = call.Input.Required("repositoryName");
        if (store.Repositories.Find(call.Scope, name) is not { } repository || !store.Repositories.Remove(call.Scope, name))
            return [];
        store.RemoveCommits(call.Scope, repository);
        return new JsonObject { ["repositoryId"] = repository.Object("metadata")!.Required("repositoryId") };
    }

    private JsonObject CreateBranch(OperationCall call)
    {
        var repository = store.Repository(call);
        var (branch, commit) = (call.Input.Required("branchName"), call.Input.Required("commitId"));
        if (store.Commit(call.Scope, repository, commit) is null)
            throw new AwsException("CommitDoesNotExistException", $"{commit} does not exist");
        store.Repositories.Update(call.Scope, call.Input.Required("repositoryName"), document =>
        {
            if (!document.Object("branches")!.TryAdd(branch, commit))
                throw new AwsException("BranchNameExistsException", $"{branch} already exists");
        });
        CodeCommitEvents.Moved(bus, call, repository, branch, null, commit);
        return [];
    }

    private JsonObject GetBranch(OperationCall call)
    {
        var name = call.Input.Text("branchName") ?? throw new AwsException("BranchNameRequiredException", "A branch name is required");
        if (call.Input.Text("repositoryName") is null)
            throw new AwsException("RepositoryNameRequiredException", "A repository name is required");
        var commit = store.Repository(call).Object("branches")!.Text(name) ?? throw new AwsException("BranchDoesNotExistException", $"Branch {name} does not exist");
        return new JsonObject { ["branch"] = new JsonObject { ["branchName"] = name, ["commitId"] = commit } };
    }

    private JsonObject ListBranches(OperationCall call)
    {
        var branches = store.Repository(call).Object("branches")!.Select(b => b.Key).Order(StringComparer.Ordinal).ToList();
        var (page, next) = Paging.Take(branches, b => b, call.Input.Text("nextToken"), PageSize, InvalidToken);
        return new JsonObject { ["branches"] = page.ToJson(), ["nextToken"] = next };
    }

    internal static AwsException InvalidToken() => new("InvalidContinuationTokenException", "The continuation token is not valid");
}
