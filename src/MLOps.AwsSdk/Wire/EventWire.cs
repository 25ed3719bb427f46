using System.Text.Json;
using Amazon.Runtime.EventStreams;
using Amazon.Runtime.Internal;

namespace MLOps.AwsSdk.Wire;

/// <summary>What generated code needs to read the messages of an event stream.</summary>
internal static class EventWire
{
    public static JsonElement Json(IEventStreamMessage message) => JsonWire.ParseOrEmpty(message.Payload);

    /// <summary>The error that a message of the type <c>exception</c> tells.</summary>
    public static ErrorResponse Error(string code, IEventStreamMessage message)
    {
        var body = Json(message);
        var text = body.TryGetProperty("Message", out var upper) ? upper : body.TryGetProperty("message", out var lower) ? lower : default;
        return new ErrorResponse { Code = code, Message = text.ValueKind == JsonValueKind.String ? text.GetString() : null };
    }
}
