using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sns;

/// <summary>Publish.</summary>
internal sealed class PublishOperations(TopicStore store, Publisher publisher) : IOperations
{
    private const int MostBytes = 256 * 1024;

    public void Map(OperationMap map) => map.On("sns", "Publish", Publish);

    private JsonObject Publish(OperationCall call)
    {
        var input = call.Input;
        if (input.ContainsKey("PhoneNumber"))
            throw TopicStore.Invalid("PhoneNumber Reason: the local cloud sends no text messages");
        if (input.ContainsKey("TopicArn") == input.ContainsKey("TargetArn"))
            throw TopicStore.Invalid("TopicArn or TargetArn Reason: exactly one of them is required");
        var topic = store.RequireTopic(call.Scope, input.Text("TopicArn") ?? input.Required("TargetArn")).Required("TopicArn");
        var (message, subject) = (input.Required("Message"), input.Text("Subject"));
        if (message.Length == 0)
            throw TopicStore.Invalid("Empty message");
        if (Encoding.UTF8.GetByteCount(message) > MostBytes)
            throw TopicStore.Invalid("Message too long");
        if (subject is not null && (subject.Length is 0 or > 100 || subject.Any(char.IsControl)))
            throw TopicStore.Invalid("Subject");
        var texts = input.Text("MessageStructure") switch
        {
            null => null,
            "json" => ByProtocol(message),
            var other => throw TopicStore.Invalid($"MessageStructure: {other}"),
        };
        var id = publisher.Publish(call.Scope, topic, new Notice(message, subject, texts, input.Object("MessageAttributes") ?? []));
        return new JsonObject { ["MessageId"] = id };
    }

    private static JsonObject ByProtocol(string message)
    {
        try
        {
            if (JsonNode.Parse(message) is JsonObject texts && texts.ContainsKey("default") && texts.All(t => t.Value?.GetValueKind() == JsonValueKind.String))
                return texts;
        }
        catch (JsonException)
        {
            throw TopicStore.Invalid("Message Structure - JSON message body failed to parse");
        }
        throw TopicStore.Invalid("Message Structure - No default entry in JSON message body");
    }
}
