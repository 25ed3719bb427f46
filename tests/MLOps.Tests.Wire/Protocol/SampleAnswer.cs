using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.Tests.Wire.Protocol;

/// <summary>Makes an answer that holds every member of an operation's output, with values that are hard on each protocol.</summary>
internal static class SampleAnswer
{
    private const int MaxDepth = 6;
    private const string HardText = "a <b> & \"c\" 'd' é 😀 + % \\ end";
    private static readonly byte[] HardBytes = [0, 255, 16, 10, 13, 0x7f, 0x80];

    /// <summary>The answer, and what a client should make of it (payloads as base64).</summary>
    public static (OperationAnswer Answer, JsonObject Expected) Of(ApiOperation operation)
    {
        if (operation.Output is not { } shape)
            return (OperationAnswer.Empty, []);
        var members = Structure(shape, 0);
        if (members.ContainsKey("StatusCode"))
            members["StatusCode"] = operation.Status;
        if (!shape.HasStreamPayload)
            return (new OperationAnswer(members), (JsonObject)members.DeepClone());
        members.Remove(shape.Payload!.Name);
        if (members.ContainsKey("ContentLength"))
            members["ContentLength"] = HardBytes.Length;
        var expected = (JsonObject)members.DeepClone();
        if (shape.Payload.Shape.EventStream)
        {
            expected[shape.Payload.Name] = new JsonArray(Convert.ToBase64String(HardBytes), Convert.ToBase64String("two"u8));
            return (new OperationAnswer(members) { Events = EventsAsync() }, expected);
        }
        expected[shape.Payload.Name] = Convert.ToBase64String(HardBytes);
        return (new OperationAnswer(members) { Body = new MemoryStream(HardBytes) }, expected);
    }

    private static async IAsyncEnumerable<StreamEvent> EventsAsync()
    {
        yield return new StreamEvent("PayloadPart", HardBytes);
        await Task.Yield();
        yield return new StreamEvent("PayloadPart", Encoding.UTF8.GetBytes("two"));
    }

    private static JsonObject Structure(ApiShape shape, int depth)
    {
        var members = new JsonObject();
        foreach (var member in shape.Members)
            if (depth < MaxDepth || member.Shape.Kind is not (ShapeKind.Structure or ShapeKind.List or ShapeKind.Map))
                members[member.Name] = Value(member, depth + 1);
        // What the description does not know must not reach the wire.
        members["NotInTheDescription"] = "dropped";
        return members;
    }

    private static JsonNode? Value(ApiMember member, int depth)
    {
        var shape = member.Shape;
        var header = member.Location is MemberLocation.Header or MemberLocation.HeaderPrefix;
        return shape.Kind switch
        {
            ShapeKind.Structure => Structure(shape, depth),
            ShapeKind.List when depth > MaxDepth => new JsonArray(),
            ShapeKind.List => new JsonArray(Value(shape.Element, depth + 1), Value(shape.Element, depth + 1)),
            ShapeKind.Map => Map(shape, depth, header),
            ShapeKind.String when shape.Enum is { } values => values[0],
            ShapeKind.String when member.Name == "Expires" => "Tue, 14 Nov 2023 22:13:20 GMT",
            ShapeKind.String => header ? $"text of {member.Name}" : HardText,
            ShapeKind.Integer => 7,
            ShapeKind.Long => 1_234_567_890_123L,
            ShapeKind.Float => 0.25,
            ShapeKind.Double => 1234.5678,
            ShapeKind.Boolean => true,
            ShapeKind.Timestamp => header || member.TimestampFormat == TimestampFormat.HttpDate ? 1_700_000_000 : 1_700_000_000.25,
            _ => Convert.ToBase64String(HardBytes),
        };
    }

    private static JsonObject Map(ApiShape shape, int depth, bool header)
    {
        if (depth > MaxDepth)
            return [];
        var keys = shape.Key.Shape.Enum is { } values ? values.Take(1) : header ? ["one", "two"] : ["one", HardText];
        return new JsonObject(keys.Select(k => KeyValuePair.Create(k, header ? "text" : Value(shape.Value, depth + 1))));
    }
}
