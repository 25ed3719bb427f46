using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Errors;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire.Json;

namespace MLOps.LocalCloud.Protocol.Wire.Rest;

/// <summary>rest-json: Lambda and SageMaker's runtime.</summary>
internal sealed class RestJsonCodec : RestCodec
{
    public override Task WriteErrorAsync(HttpContext http, WireError error) => JsonErrorWriter.WriteAsync(http, error, "application/json");

    protected override void ReadBody(ApiShape input, ReadOnlyMemory<byte> body, JsonObject members)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var reader = new JsonInputReader(canonical: false);
            if (input.Payload is { } payload)
                members[payload.Name] = reader.Read(payload, document.RootElement);
            else
                foreach (var (name, value) in reader.ReadStructure(input, document.RootElement).ToArray())
                    members[name] = value?.DeepClone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new AwsException("SerializationException", "The request body is no valid JSON.");
        }
    }

    protected override async Task WriteBodyAsync(WireRequest request, ApiShape? output, JsonObject members, int status)
    {
        using var buffer = new PooledBuffer();
        if (output is { Payload: { } payload } && members[payload.Name] is { } value)
        {
            await using var writer = buffer.JsonWriter();
            JsonOutputWriter.Write(writer, payload, value);
        }
        else if (output is { Payload: null, ByWireName.Count: > 0 })
        {
            await using var writer = buffer.JsonWriter();
            JsonOutputWriter.WriteStructure(writer, output, members);
        }
        await buffer.SendAsync(request.Http, status, "application/json");
    }

    protected override AwsException InvalidValue(ApiMember member, string text) =>
        new("SerializationException", $"STRING_VALUE can not be converted to a {member.Shape.Kind}: '{text}' in {member.WireName}");
}
