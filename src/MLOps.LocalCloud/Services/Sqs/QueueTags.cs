using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>Tags of queues, by the queue's number.</summary>
internal sealed class QueueTags(QueueStore queues, DocumentStore documents) : IOperations
{
    private readonly DocumentTable table = documents.Table("sqs/tags");

    public void Map(OperationMap map) => map
        .On("sqs", "TagQueue", call => Change(call, tags => TagSet.With(tags, call.Input["Tags"], "InvalidParameterValue")))
        .On("sqs", "UntagQueue", call => Change(call, tags => TagSet.Without(tags, call.Input.Texts("TagKeys"))))
        .On("sqs", "ListQueueTags", call => Find(queues.Require(call)) is { Count: > 0 } tags ? new JsonObject { ["Tags"] = tags.Copy() } : []);

    public void Set(Queue queue, JsonObject tags) => table.Put(queue.Scope, Key(queue), TagSet.With(null, tags, "InvalidParameterValue"));

    public void Remove(Queue queue) => table.Remove(queue.Scope, Key(queue));

    private JsonObject Change(OperationCall call, Func<JsonNode?, JsonObject> change)
    {
        var queue = queues.Require(call);
        table.Put(queue.Scope, Key(queue), change(Find(queue)));
        return [];
    }

    private JsonObject? Find(Queue queue) => table.Find(queue.Scope, Key(queue));

    private static string Key(Queue queue) => queue.Id.ToString();
}
