using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sns;

/// <summary>Topics: create, list, attributes, delete.</summary>
internal sealed partial class TopicOperations(TopicStore store) : IOperations
{
    private const int PageSize = 100;

    private static readonly string[] Settable =
        ["DisplayName", "Policy", "DeliveryPolicy", "KmsMasterKeyId", "SignatureVersion", "TracingConfig"];

    public void Map(OperationMap map) => map
        .On("sns", "CreateTopic", Create)
        .On("sns", "ListTopics", List)
        .On("sns", "GetTopicAttributes", GetAttributes)
        .On("sns", "SetTopicAttributes", SetAttributes)
        .On("sns", "DeleteTopic", Delete);

    private JsonObject Create(OperationCall call)
    {
        var name = call.Input.Required("Name");
        var attributes = call.Input.Object("Attributes").Copy() ?? [];
        if (name.EndsWith(".fifo", StringComparison.Ordinal) || attributes.Text("FifoTopic") == "true")
            throw TopicStore.Invalid("Attributes Reason: the local cloud offers standard topics only");
        if (!Names().IsMatch(name))
            throw TopicStore.Invalid("Topic Name");
        foreach (var (attribute, _) in attributes)
            CheckName(attribute);
        var arn = call.Scope.Arn("sns", name);
        if (store.FindTopic(call.Scope, arn) is { } existing)
        {
            if (attributes.Any(a => existing.Object("Attributes")!.Text(a.Key) != a.Value?.GetValue<string>()))
                throw TopicStore.Invalid("Attributes Reason: Topic already exists with different attributes");
        }
        else
        {
            store.PutTopic(call.Scope, arn, new JsonObject { ["TopicArn"] = arn, ["Attributes"] = attributes, ["Tags"] = call.Input["Tags"].Copy() });
        }
        return new JsonObject { ["TopicArn"] = arn };
    }

    private JsonObject List(OperationCall call)
    {
        var (page, next) = Paging.Take([.. store.ListTopics(call.Scope)], t => t.Required("TopicArn"), call.Input.Text("NextToken"), PageSize,
            () => TopicStore.Invalid("NextToken"));
        return new JsonObject { ["Topics"] = page.Select(t => t.Pick("TopicArn")).ToJson(), ["NextToken"] = next };
    }

    private JsonObject GetAttributes(OperationCall call)
    {
        var arn = call.Input.Required("TopicArn");
        var topic = store.RequireTopic(call.Scope, arn);
        var subscriptions = store.ListSubscriptions(call.Scope, arn).ToList();
        var attributes = new JsonObject
        {
            ["TopicArn"] = arn,
            ["Owner"] = call.Scope.Account,
            ["DisplayName"] = "",
            ["SubscriptionsConfirmed"] = subscriptions.Count(s => s.Flag("Confirmed") == true).ToString(),
            ["SubscriptionsPending"] = subscriptions.Count(s => s.Flag("Confirmed") != true).ToString(),
            ["SubscriptionsDeleted"] = "0",
        };
        foreach (var (name, value) in topic.Object("Attributes")!)
            attributes[name] = value.Copy();
        return new JsonObject { ["Attributes"] = attributes };
    }

    private JsonObject SetAttributes(OperationCall call)
    {
        var (arn, name, value) = (call.Input.Required("TopicArn"), call.Input.Required("AttributeName"), call.Input.Text("AttributeValue"));
        CheckName(name);
        var topic = store.RequireTopic(call.Scope, arn).Copy()!;
        topic.Object("Attributes")!.Remove(name);
        if (!string.IsNullOrEmpty(value))
            topic.Object("Attributes")![name] = value;
        store.PutTopic(call.Scope, arn, topic);
        return [];
    }

    private JsonObject Delete(OperationCall call)
    {
        store.RemoveTopic(call.Scope, call.Input.Required("TopicArn"));
        return [];
    }

    private static void CheckName(string attribute)
    {
        if (!Settable.Contains(attribute))
            throw TopicStore.Invalid($"AttributeName: {attribute}");
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,256}$")]
    private static partial Regex Names();
}
