using System.Buffers;
using System.Formats.Cbor;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Errors;

namespace MLOps.LocalCloud.Protocol.Wire.Cbor;

/// <summary>Smithy's RPC v2 protocol over CBOR, which CloudWatch's official clients speak.</summary>
internal sealed class CborCodec : IWireCodec
{
    private const string ContentType = "application/cbor";

    public async ValueTask<WireInput> ReadAsync(WireRequest request)
    {
        using var body = await RequestBody.ReadAsync(request.Http);
        if (request.Operation.Input is not { } shape || body.Written.IsEmpty)
            return new WireInput([]);
        try
        {
            return new WireInput(CborInputReader.ReadStructure(shape, new CborReader(body.Written, CborConformanceMode.Lax)));
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new AwsException("SerializationException", "The request body is no valid CBOR.");
        }
    }

    public Task WriteAsync(WireRequest request, OperationAnswer answer)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        if (request.Operation.Output is { } shape)
            CborOutputWriter.WriteStructure(writer, shape, answer.Output);
        else
            WriteEmpty(writer);
        return SendAsync(request.Http, answer.Status ?? 200, writer);
    }

    public Task WriteErrorAsync(HttpContext http, WireError error)
    {
        http.Response.Headers["x-amzn-query-error"] = $"{error.Code};{error.Fault}";
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartMap(null);
        writer.WriteTextString("__type");
        writer.WriteTextString(error.Type);
        writer.WriteTextString("message");
        writer.WriteTextString(error.Message);
        foreach (var (name, value) in error.Members)
            if (value is JsonValue && !name.Equals("message", StringComparison.OrdinalIgnoreCase))
            {
                writer.WriteTextString(name);
                writer.WriteTextString(Canonical.Text(value));
            }
        writer.WriteEndMap();
        return SendAsync(http, error.Status, writer);
    }

    private static void WriteEmpty(CborWriter writer)
    {
        writer.WriteStartMap(0);
        writer.WriteEndMap();
    }

    private static async Task SendAsync(HttpContext http, int status, CborWriter writer)
    {
        http.Response.Headers["smithy-protocol"] = "rpc-v2-cbor";
        using var buffer = new PooledBuffer();
        buffer.Write(writer.Encode());
        await buffer.SendAsync(http, status, ContentType);
    }
}
