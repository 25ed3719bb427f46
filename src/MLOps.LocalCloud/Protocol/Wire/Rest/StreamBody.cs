using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire.Chunked;

namespace MLOps.LocalCloud.Protocol.Wire.Rest;

/// <summary>Opens the payload of a REST request as a stream: unframed and bounded.</summary>
internal static class StreamBody
{
    private const int LambdaLimit = 6 * 1024 * 1024;

    /// <exception cref="AwsException">The payload is larger than the operation takes.</exception>
    public static async ValueTask<WireInput> OpenAsync(WireRequest request, JsonObject members)
    {
        var http = request.Http.Request;
        if (AwsChunkedStream.IsFraming(http))
        {
            var stream = new AwsChunkedStream(http.Body, request.Operation.Input!);
            long? decoded = long.TryParse(http.Headers["x-amz-decoded-content-length"], out var said) ? said : null;
            return new WireInput(members) { Body = stream, BodyLength = decoded, Trailers = stream.Trailers };
        }
        if (Limit(request.Operation) is not { } limit)
            return new WireInput(members) { Body = http.Body, BodyLength = http.ContentLength };
        if (http.ContentLength is { } length)
            return length <= limit ? new WireInput(members) { Body = http.Body, BodyLength = length } : throw TooLarge(request.Operation, limit);
        // Of unknown length: the refusal must come before the operation begins, so the body is read first.
        var held = new MemoryStream();
        var piece = new byte[16 * 1024];
        int read;
        while ((read = await http.Body.ReadAsync(piece, request.Http.RequestAborted)) > 0)
        {
            held.Write(piece, 0, read);
            if (held.Length > limit)
                throw TooLarge(request.Operation, limit);
        }
        held.Position = 0;
        return new WireInput(members) { Body = held, BodyLength = held.Length };
    }

    private static long? Limit(ApiOperation operation) => operation switch
    {
        { Service.Name: "lambda", Name: "Invoke" } => LambdaLimit,
        { Input.Payload.Shape: { Kind: ShapeKind.Blob, Max: { } max } } => (long)max,
        _ => null,
    };

    // SageMaker's runtime answers this one without an error type: clients see the status as the code.
    private static AwsException TooLarge(ApiOperation operation, long limit) => operation.Service.Name == "lambda"
        ? new AwsException("RequestTooLargeException", $"Request must be smaller than {limit} bytes for the InvokeFunction operation", 413)
        : new AwsException("413", $"HTTP content length exceeded {limit} bytes.", 413);
}
