using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>PutEvents.</summary>
internal sealed class EventOperations(EventRouter router, TimeProvider time) : IOperations
{
    private const int MostBytes = 1 << 20;

    public void Map(OperationMap map) => map.On("events", "PutEvents", Put);

    private JsonObject Put(OperationCall call)
    {
        if (call.Input.ContainsKey("EndpointId"))
            throw AwsException.Validation("The local cloud has no global endpoints.");
        var entries = call.Input.Objects("Entries").ToList();
        if (entries.Sum(e => Encoding.UTF8.GetByteCount(e.Text("Detail") ?? "") + Encoding.UTF8.GetByteCount(e.Text("Source") ?? "") + Encoding.UTF8.GetByteCount(e.Text("DetailType") ?? "")) > MostBytes)
            throw AwsException.Validation("Total size of the entries in the request is over the limit.");
        var results = entries.Select(e => One(call.Scope, e)).ToList();
        return new JsonObject { ["FailedEntryCount"] = results.Count(r => r.ContainsKey("ErrorCode")), ["Entries"] = results.ToJson() };
    }

    private JsonObject One(Scope scope, JsonObject entry)
    {
        foreach (var member in (string[])["Source", "DetailType", "Detail"])
            if (string.IsNullOrEmpty(entry.Text(member)))
                return Failed("InvalidArgument", $"Parameter {member} is not valid. Reason: {member} is a required argument.");
        if (entry.Required("Source").StartsWith("aws.", StringComparison.Ordinal))
            return Failed("NotAuthorizedForSourceException", "Not authorized for the source.");
        if (entry.Text("EventBusName") is { } bus && bus != "default" && bus != scope.Arn("events", "event-bus/default"))
            return Failed("ResourceNotFoundException", $"Event bus {bus} does not exist.");
        JsonObject? detail = null;
        try
        {
            detail = JsonNode.Parse(entry.Required("Detail")) as JsonObject;
        }
        catch (JsonException)
        {
            // Answered below, as any detail that is no object.
        }
        if (detail is null)
            return Failed("MalformedDetail", "Detail is malformed.");
        var happened = EventRouter.Envelope(scope, entry.Required("Source"), entry.Required("DetailType"), detail, entry.Texts("Resources"), entry.Time("Time") ?? time.GetUtcNow());
        router.Route(scope, happened);
        return new JsonObject { ["EventId"] = happened.Text("id") };
    }

    private static JsonObject Failed(string code, string message) => new() { ["ErrorCode"] = code, ["ErrorMessage"] = message };
}
