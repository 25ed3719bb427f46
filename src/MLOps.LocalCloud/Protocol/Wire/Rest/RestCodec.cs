using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Errors;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Rest;

/// <summary>What rest-json and rest-xml share: members in the path, the query string, headers and the payload.</summary>
internal abstract class RestCodec : IWireCodec
{
    public async ValueTask<WireInput> ReadAsync(WireRequest request)
    {
        if (request.Operation.Input is not { } shape)
            return new WireInput([]);
        var members = new JsonObject();
        RestInputBinder.Bind(request, shape, members, InvalidValue);
        if (shape.HasStreamPayload)
            return await StreamBody.OpenAsync(request, members);
        if (shape.Payload is null && shape.ByWireName.Count == 0)
            return new WireInput(members);
        var body = await StreamBody.OpenAsync(request, members);
        using var buffer = await RequestBody.ReadAsync(body.Body!, request.Http.RequestAborted);
        if (shape.Payload is { Shape.Kind: ShapeKind.String } text)
        {
            if (!buffer.Written.IsEmpty)
                members[text.Name] = Encoding.UTF8.GetString(buffer.Written.Span);
        }
        else if (!buffer.Written.IsEmpty)
            ReadBody(shape, buffer.Written, members);
        return new WireInput(members);
    }

    public async Task WriteAsync(WireRequest request, OperationAnswer answer)
    {
        var shape = request.Operation.Output;
        var modelled = shape is null ? null : RestOutputBinder.Bind(request.Http.Response, shape, answer.Output);
        var status = answer.Status ?? modelled ?? request.Operation.Status;
        if (answer.Body is not null)
            await RestPayload.SendAsync(request.Http, status, answer.Body);
        else if (answer.Events is not null)
            await RestPayload.SendEventsAsync(request, status, answer.Events);
        else if (shape?.Payload is { Shape.Kind: ShapeKind.String } text)
            await RestPayload.SendTextAsync(request.Http, status, answer.Output[text.Name] is { } value ? Canonical.Text(value) : "");
        else
            await WriteBodyAsync(request, shape, answer.Output, status);
    }

    public abstract Task WriteErrorAsync(HttpContext http, WireError error);

    /// <summary>Reads a body that is not empty.</summary>
    protected abstract void ReadBody(ApiShape input, ReadOnlyMemory<byte> body, JsonObject members);

    protected abstract Task WriteBodyAsync(WireRequest request, ApiShape? output, JsonObject members, int status);

    /// <summary>The refusal of a header, parameter or path that is no value of its type.</summary>
    protected abstract AwsException InvalidValue(ApiMember member, string text);
}
