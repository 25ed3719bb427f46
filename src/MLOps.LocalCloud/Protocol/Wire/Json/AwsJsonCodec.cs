using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Errors;

namespace MLOps.LocalCloud.Protocol.Wire.Json;

/// <summary>The awsJson protocols 1.0 and 1.1: the operation in <c>X-Amz-Target</c>, JSON both ways.</summary>
internal sealed class AwsJsonCodec : IWireCodec
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    public async ValueTask<WireInput> ReadAsync(WireRequest request)
    {
        using var body = await RequestBody.ReadAsync(request.Http);
        return new WireInput(Parse(request, body.Written));
    }

    public async Task WriteAsync(WireRequest request, OperationAnswer answer)
    {
        using var buffer = new PooledBuffer();
        if (request.Operation.Output is { } shape)
        {
            await using var writer = buffer.JsonWriter();
            JsonOutputWriter.WriteStructure(writer, shape, answer.Output);
        }
        await buffer.SendAsync(request.Http, answer.Status ?? 200, ContentType(request.Http));
    }

    public Task WriteErrorAsync(HttpContext http, WireError error) => JsonErrorWriter.WriteAsync(http, error, ContentType(http));

    private static JsonObject Parse(WireRequest request, ReadOnlyMemory<byte> body)
    {
        if (request.Operation.Input is not { } shape || body.IsEmpty)
            return [];
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return new JsonInputReader(canonical: false).ReadStructure(shape, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no valid UTF-16 (a lone surrogate).
            throw new AwsException("SerializationException", "The request body is no valid JSON.");
        }
    }

    private static string ContentType(HttpContext http) =>
        http.Request.ContentType?.StartsWith("application/x-amz-json-1.0", StringComparison.OrdinalIgnoreCase) == true
            ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}
