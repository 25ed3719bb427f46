using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodeCommit;

/// <summary>Tags of repositories.</summary>
internal sealed class TagOperations(RepositoryStore store) : IOperations
{
    public void Map(OperationMap map) => map
        .On("codecommit", "TagResource", call => Change(call, tags => TagSet.With(tags, call.Input["tags"], "TooManyTagsException")))
        .On("codecommit", "UntagResource", call => Change(call, tags => TagSet.Without(tags, call.Input.Texts("tagKeys"))))
        .On("codecommit", "ListTagsForResource", call => new JsonObject
        {
            ["tags"] = TagSet.Map((store.Repositories.Find(call.Scope, Name(call)) ?? throw NotFound(call))["tags"]),
        });

    private JsonObject Change(OperationCall call, Func<JsonNode?, JsonObject> change) =>
        store.Repositories.Update(call.Scope, Name(call), document => document["tags"] = change(document["tags"])) is null ? throw NotFound(call) : [];

    private static string Name(OperationCall call) => call.Input.Required("resourceArn").Split(':') is ["arn", _, "codecommit", _, _, var name]
        ? name : throw new AwsException("InvalidResourceArnException", "The resource ARN is not valid.");

    private static AwsException NotFound(OperationCall call) => new("RepositoryDoesNotExistException", $"{call.Input.Text("resourceArn")} does not exist");
}
