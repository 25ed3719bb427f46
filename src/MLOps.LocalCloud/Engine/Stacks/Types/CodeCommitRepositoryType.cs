using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class CodeCommitRepositoryType : ResourceType
{
    public override string Name => "AWS::CodeCommit::Repository";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string> { "RepositoryName", "RepositoryDescription", "KmsKeyId", "Tags" };

    public override IReadOnlyList<string> Attributes => ["Arn", "CloneUrlHttp", "CloneUrlSsh", "Id", "Name"];

    private static readonly TagCalls Tagging = new("codecommit", "resourceArn", "tags", "tagKeys", IsMap: true);

    public override string NameProperty => "RepositoryName";

    // AWS renames in place; there is no such operation here.
    public override bool Replaces(IEnumerable<string> changed) => changed.Any(c => c is "RepositoryName" or "KmsKeyId");

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var found = await call.TryAsync("codecommit", "GetRepository", new JsonObject { ["repositoryName"] = call.Name });
        return found?.Object("repositoryMetadata") is not { } repository ? null : new ResourceState(repository.Required("repositoryId"), new JsonObject
        {
            ["Arn"] = repository.Text("Arn"),
            // Git itself is not served here; other services know a repository by these addresses all the same.
            ["CloneUrlHttp"] = repository.Text("cloneUrlHttp") ?? $"https://git-codecommit.{call.Scope.Region}.amazonaws.com/v1/repos/{call.Name}",
            ["CloneUrlSsh"] = repository.Text("cloneUrlSsh") ?? $"ssh://git-codecommit.{call.Scope.Region}.amazonaws.com/v1/repos/{call.Name}",
            ["Id"] = repository.Text("repositoryId"),
            ["Name"] = repository.Text("repositoryName"),
        });
    }

    public override Task CreateAsync(ResourceCall call) => call.CallAsync("codecommit", "CreateRepository", new JsonObject
    {
        ["repositoryName"] = call.Name,
        ["repositoryDescription"] = call.Properties.Text("RepositoryDescription"),
        ["kmsKeyId"] = call.Properties.Text("KmsKeyId"),
        ["tags"] = Shapes.TagMap(call.Properties),
    });

    public override Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        Shapes.Refuse(this, call.Properties, previous, "RepositoryDescription");
        return Tagging.UpdateAsync(call, call.Scope.Arn("codecommit", call.Name), previous);
    }

    public override Task DeleteAsync(ResourceCall call) =>
        call.TryAsync("codecommit", "DeleteRepository", new JsonObject { ["repositoryName"] = call.Name });
}
