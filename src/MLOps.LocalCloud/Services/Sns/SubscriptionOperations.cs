using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sns;

/// <summary>Subscriptions: subscribe, confirm, list, attributes, unsubscribe.</summary>
internal sealed class SubscriptionOperations(TopicStore store, Publisher publisher) : IOperations
{
    private const int PageSize = 100;

    public void Map(OperationMap map) => map
        .On("sns", "Subscribe", Subscribe)
        .On("sns", "ConfirmSubscription", Confirm)
        .On("sns", "ListSubscriptions", call => List(call, null))
        .On("sns", "ListSubscriptionsByTopic", call => List(call, store.RequireTopic(call.Scope, call.Input.Required("TopicArn")).Required("TopicArn")))
        .On("sns", "GetSubscriptionAttributes", GetAttributes)
        .On("sns", "SetSubscriptionAttributes", SetAttributes)
        .On("sns", "Unsubscribe", Unsubscribe);

    private JsonObject Subscribe(OperationCall call)
    {
        var input = call.Input;
        var topic = store.RequireTopic(call.Scope, input.Required("TopicArn")).Required("TopicArn");
        var (protocol, endpoint) = (input.Required("Protocol"), input.Text("Endpoint") ?? throw TopicStore.Invalid("Endpoint"));
        SubscriptionAttributes.CheckEndpoint(protocol, endpoint);
        var attributes = input.Object("Attributes").Copy() ?? [];
        foreach (var (name, value) in attributes)
            SubscriptionAttributes.Check(name, value?.GetValue<string>() ?? "");
        var subscription = store.ListSubscriptions(call.Scope, topic).FirstOrDefault(s => s.Text("Protocol") == protocol && s.Text("Endpoint") == endpoint);
        if (subscription is not null && attributes.Any(a => subscription.Object("Attributes")!.Text(a.Key) != a.Value?.GetValue<string>()))
            throw TopicStore.Invalid("Attributes Reason: Subscription already exists with different attributes");
        if (subscription is null)
        {
            subscription = new JsonObject
            {
                ["SubscriptionArn"] = $"{topic}:{Guid.NewGuid()}", ["TopicArn"] = topic, ["Protocol"] = protocol, ["Endpoint"] = endpoint,
                ["Owner"] = call.Scope.Account, ["Attributes"] = attributes,
                // A web address must show that it wants the messages; queues and functions are the account's own.
                ["Confirmed"] = protocol is not ("http" or "https"),
                ["Token"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            };
            store.PutSubscription(call.Scope, subscription);
            if (subscription.Flag("Confirmed") != true)
                publisher.AskForConfirmation(call, subscription);
        }
        return new JsonObject
        {
            ["SubscriptionArn"] = subscription.Flag("Confirmed") == true || input.Flag("ReturnSubscriptionArn") == true ? subscription.Text("SubscriptionArn") : "pending confirmation",
        };
    }

    private JsonObject Confirm(OperationCall call)
    {
        var (topic, token) = (call.Input.Required("TopicArn"), call.Input.Required("Token"));
        store.RequireTopic(call.Scope, topic);
        var arn = store.ListSubscriptions(call.Scope, topic).FirstOrDefault(s => s.Text("Token") == token)?.Required("SubscriptionArn")
            ?? throw TopicStore.Invalid("Token");
        store.UpdateSubscription(call.Scope, arn, s => s["Confirmed"] = true);
        return new JsonObject { ["SubscriptionArn"] = arn };
    }

    private JsonObject List(OperationCall call, string? topic)
    {
        var (page, next) = Paging.Take([.. store.ListSubscriptions(call.Scope, topic)], s => s.Required("SubscriptionArn"), call.Input.Text("NextToken"), PageSize,
            () => TopicStore.Invalid("NextToken"));
        return new JsonObject
        {
            ["Subscriptions"] = page.Select(s =>
            {
                var shown = s.Pick("Owner", "Protocol", "Endpoint", "TopicArn");
                shown["SubscriptionArn"] = s.Flag("Confirmed") == true ? s.Text("SubscriptionArn") : "PendingConfirmation";
                return shown;
            }).ToJson(),
            ["NextToken"] = next,
        };
    }

    private JsonObject GetAttributes(OperationCall call)
    {
        var subscription = store.RequireSubscription(call.Scope, call.Input.Required("SubscriptionArn"));
        var attributes = subscription.Pick("SubscriptionArn", "TopicArn", "Protocol", "Endpoint", "Owner");
        attributes["PendingConfirmation"] = subscription.Flag("Confirmed") == true ? "false" : "true";
        attributes["ConfirmationWasAuthenticated"] = "true";
        attributes["RawMessageDelivery"] = "false";
        foreach (var (name, value) in subscription.Object("Attributes")!)
            attributes[name] = value.Copy();
        return new JsonObject { ["Attributes"] = attributes };
    }

    private JsonObject SetAttributes(OperationCall call)
    {
        var arn = call.Input.Required("SubscriptionArn");
        var (name, value) = (call.Input.Required("AttributeName"), call.Input.Text("AttributeValue") ?? "");
        store.RequireSubscription(call.Scope, arn);
        SubscriptionAttributes.Check(name, value);
        store.UpdateSubscription(call.Scope, arn, s => s.Object("Attributes")![name] = value);
        return [];
    }

    private JsonObject Unsubscribe(OperationCall call)
    {
        store.RemoveSubscription(call.Scope, call.Input.Required("SubscriptionArn"));
        return [];
    }
}
