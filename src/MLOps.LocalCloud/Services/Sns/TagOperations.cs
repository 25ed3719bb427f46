using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sns;

/// <summary>Tags of topics.</summary>
internal sealed class TagOperations(TopicStore store) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sns", "TagResource", call => Change(call, tags => TagSet.With(tags, call.Input["Tags"], "TagLimitExceeded")))
        .On("sns", "UntagResource", call => Change(call, tags => TagSet.Without(tags, call.Input.Texts("TagKeys"))))
        .On("sns", "ListTagsForResource", call => new JsonObject { ["Tags"] = TagSet.List(Topic(call)["Tags"]) });

    private JsonObject Change(OperationCall call, Func<JsonNode?, JsonObject> change)
    {
        Topic(call);
        store.UpdateTopic(call.Scope, call.Input.Required("ResourceArn"), topic => topic["Tags"] = TagSet.List(change(topic["Tags"])));
        return [];
    }

    private JsonObject Topic(OperationCall call) => store.FindTopic(call.Scope, call.Input.Required("ResourceArn"))
        ?? throw new AwsException("ResourceNotFound", "Resource does not exist", 404);
}
