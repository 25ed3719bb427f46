using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud.Engine.Events.Delivery;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sns;

/// <summary>What was published.</summary>
/// <param name="Texts">The text for each protocol, where the message says so; else null.</param>
internal sealed record Notice(string Message, string? Subject, JsonObject? Texts, JsonObject Attributes)
{
    public string TextFor(string protocol) => Texts is null ? Message : (Texts[protocol] ?? Texts["default"])!.GetValue<string>();
}

/// <summary>Orders the delivery of messages to the subscriptions of a topic.</summary>
internal sealed class Publisher(TopicStore store, Outbox outbox, IOptions<LocalCloudOptions> options, TimeProvider time)
{
    public const string Kind = "sns";

    /// <summary>The id of the message; its deliveries are committed when this returns.</summary>
    public string Publish(Scope scope, string topic, Notice notice)
    {
        var id = Guid.NewGuid().ToString();
        foreach (var subscription in store.ListSubscriptions(scope, topic).Where(s => s.Flag("Confirmed") == true))
            if (SubscriptionAttributes.Accepts(subscription, notice.Message, notice.Attributes))
                Order(scope, subscription, id, Content(subscription, id, topic, notice));
        return id;
    }

    /// <summary>Asks a web address whether it wants the messages of a topic.</summary>
    public void AskForConfirmation(OperationCall call, JsonObject subscription)
    {
        var id = Guid.NewGuid().ToString();
        var (topic, token) = (subscription.Required("TopicArn"), subscription.Required("Token"));
        var origin = call.BaseAddress.Length > 0 ? call.BaseAddress : $"http://127.0.0.1:{options.Value.Port}";
        var body = Envelope("SubscriptionConfirmation", id, topic,
            $"You have chosen to subscribe to the topic {topic}.\nTo confirm the subscription, visit the SubscribeURL included in this message.");
        body["Token"] = token;
        body["SubscribeURL"] = $"{origin}/?Action=ConfirmSubscription&Version=2010-03-31&TopicArn={Uri.EscapeDataString(topic)}&Token={token}";
        Order(call.Scope, subscription, id, new JsonObject { ["text"] = body.ToJsonString(), ["type"] = "SubscriptionConfirmation" });
    }

    private JsonObject Content(JsonObject subscription, string id, string topic, Notice notice)
    {
        var (protocol, text) = (subscription.Required("Protocol"), notice.TextFor(subscription.Required("Protocol")));
        if (protocol == "lambda")
            return new JsonObject { ["text"] = LambdaEvent(subscription, Notification(subscription, id, topic, notice, text)).ToJsonString() };
        if (subscription.Object("Attributes")?.Text("RawMessageDelivery") == "true")
            return new JsonObject { ["text"] = text, ["type"] = "Notification", ["raw"] = true, ["attributes"] = protocol == "sqs" ? notice.Attributes.Copy() : null };
        return new JsonObject { ["text"] = Notification(subscription, id, topic, notice, text).ToJsonString(), ["type"] = "Notification" };
    }

    private JsonObject Notification(JsonObject subscription, string id, string topic, Notice notice, string text)
    {
        var body = Envelope("Notification", id, topic, text);
        if (notice.Subject is not null)
            body["Subject"] = notice.Subject;
        body["UnsubscribeURL"] = $"http://127.0.0.1:{options.Value.Port}/?Action=Unsubscribe&SubscriptionArn={Uri.EscapeDataString(subscription.Required("SubscriptionArn"))}";
        if (notice.Attributes.Count > 0)
            body["MessageAttributes"] = new JsonObject(notice.Attributes.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)Attribute((JsonObject)a.Value!))));
        return body;
    }

    private static JsonObject Attribute(JsonObject sent) =>
        new() { ["Type"] = sent.Text("DataType"), ["Value"] = sent.Text("StringValue") ?? sent.Text("BinaryValue") };

    /// <summary>The envelope as AWS writes it; unsigned, for the local cloud has no certificate of Amazon's.</summary>
    private JsonObject Envelope(string type, string id, string topic, string text) => new()
    {
        ["Type"] = type, ["MessageId"] = id, ["TopicArn"] = topic, ["Message"] = text,
        ["Timestamp"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        ["SignatureVersion"] = "1", ["Signature"] = "", ["SigningCertURL"] = "",
    };

    private static JsonObject LambdaEvent(JsonObject subscription, JsonObject notification) => new()
    {
        ["Records"] = new JsonArray(new JsonObject
        {
            ["EventSource"] = "aws:sns", ["EventVersion"] = "1.0", ["EventSubscriptionArn"] = subscription.Text("SubscriptionArn"), ["Sns"] = notification,
        }),
    };

    private void Order(Scope scope, JsonObject subscription, string id, JsonObject content)
    {
        content["messageId"] = id;
        content["subscription"] = subscription.Required("SubscriptionArn");
        content["topic"] = subscription.Required("TopicArn");
        content["protocol"] = subscription.Required("Protocol");
        content["endpoint"] = subscription.Required("Endpoint");
        outbox.Add(new DeliveryOrder(scope, Kind, subscription.Required("SubscriptionArn"), content));
    }
}
