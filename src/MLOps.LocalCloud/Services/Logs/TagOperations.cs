using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>Tags of log groups.</summary>
internal sealed class TagOperations(LogStore store, LogSink sink) : IOperations
{
    public void Map(OperationMap map) => map
        .On("logs", "TagResource", call => Change(call, tags => TagSet.With(tags, call.Input["tags"], "TooManyTagsException")))
        .On("logs", "UntagResource", call => Change(call, tags => TagSet.Without(tags, call.Input.Texts("tagKeys"))))
        .On("logs", "ListTagsForResource", call => new JsonObject { ["tags"] = TagSet.Map(Group(call).Properties["tags"]) });

    private JsonObject Change(OperationCall call, Func<JsonNode?, JsonObject> change)
    {
        store.ChangeProperties(Group(call), properties => properties["tags"] = change(properties["tags"]));
        return [];
    }

    private LogGroup Group(OperationCall call)
    {
        sink.Flush();
        var arn = call.Input.Required("resourceArn");
        var name = arn.Split(':', 7) is ["arn", _, "logs", _, _, "log-group", var rest] ? rest.TrimEnd('*').TrimEnd(':') : throw LogGroupOperations.Invalid($"Invalid resource ARN: {arn}");
        return store.FindGroup(call.Scope, name) ?? throw LogGroupOperations.NotFound("resource");
    }
}
