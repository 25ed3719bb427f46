using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events.Patterns;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sns;

/// <summary>Checks a subscription's protocol, endpoint and attributes, and decides which messages it gets.</summary>
internal static class SubscriptionAttributes
{
    public static void CheckEndpoint(string protocol, string endpoint)
    {
        var fits = protocol switch
        {
            "sqs" => endpoint.Split(':') is ["arn", _, "sqs", _, _, { Length: > 0 }],
            "lambda" => endpoint.Split(':') is ["arn", _, "lambda", ..],
            // The local cloud speaks to this machine only: it must not become a way into other networks.
            "http" or "https" => Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme == protocol && uri.IsLoopback,
            _ => throw TopicStore.Invalid($"Protocol Reason: the local cloud delivers to sqs, lambda and, on this machine, http and https; not to {protocol}"),
        };
        if (!fits)
            throw TopicStore.Invalid(protocol is "http" or "https" ? "Endpoint Reason: the local cloud delivers to addresses of this machine only" : "Endpoint");
    }

    public static void Check(string name, string value)
    {
        switch (name)
        {
            case "RawMessageDelivery" when value is "true" or "false":
            case "FilterPolicyScope" when value is "MessageAttributes" or "MessageBody":
                return;
            case "FilterPolicy":
                if (value.Length > 0 && value.Trim() != "{}")
                    CheckFilter(value);
                return;
            case "RawMessageDelivery" or "FilterPolicyScope":
                throw TopicStore.Invalid($"Attributes Reason: {name}: Invalid value [{value}]");
            default:
                throw TopicStore.Invalid($"AttributeName Reason: the local cloud does not offer {name}");
        }
    }

    /// <summary>Whether the subscription's filter lets a message through.</summary>
    public static bool Accepts(JsonObject subscription, string message, JsonObject messageAttributes)
    {
        var attributes = subscription.Object("Attributes") ?? [];
        if (attributes.Text("FilterPolicy") is not { Length: > 0 } filter || filter.Trim() == "{}")
            return true;
        return (attributes.Text("FilterPolicyScope") == "MessageBody" ? ParseObject(message) : AsEvent(messageAttributes)) is { } looked
            && EventPattern.Parse(filter).Matches(looked);
    }

    private static void CheckFilter(string value)
    {
        try
        {
            EventPattern.Parse(value);
        }
        catch (FormatException e)
        {
            throw TopicStore.Invalid($"FilterPolicy: {e.Message}");
        }
    }

    private static JsonObject AsEvent(JsonObject messageAttributes) => new(messageAttributes.Select(a =>
    {
        var attribute = (JsonObject)a.Value!;
        var text = attribute.Text("StringValue");
        return KeyValuePair.Create(a.Key, (JsonNode?)(attribute.Text("DataType") switch
        {
            "Number" when double.TryParse(text, out var number) => JsonValue.Create(number),
            "String.Array" when text is not null => Parse(text),
            _ => JsonValue.Create(text),
        }));
    }));

    private static JsonObject? ParseObject(string json) => Parse(json) as JsonObject;

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
