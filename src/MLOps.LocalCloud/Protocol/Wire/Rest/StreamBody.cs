using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Wire.Chunked;

namespace MLOps.LocalCloud.Protocol.Wire.Rest;

/// <summary>Opens the payload of a REST request as a stream: unframed and bounded.</summary>
internal static class StreamBody
{
    public static WireInput Open(WireRequest request, JsonObject members)
    {
        var http = request.Http.Request;
        var length = http.ContentLength;
        if (!AwsChunkedStream.IsFraming(http))
            return new WireInput(members) { Body = http.Body, BodyLength = length };
        var stream = new AwsChunkedStream(http.Body, request.Operation.Input!);
        long? decoded = long.TryParse(http.Headers["x-amz-decoded-content-length"], out var said) ? said : null;
        return new WireInput(members) { Body = stream, BodyLength = decoded, Trailers = stream.Trailers };
    }
}
