using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Errors;

namespace MLOps.LocalCloud.Protocol.Wire;

/// <summary>What a codec reads from a request: the members, and the payload where it is bytes.</summary>
internal readonly record struct WireInput(JsonObject Members)
{
    public Stream? Body { get; init; }

    public long? BodyLength { get; init; }

    public IReadOnlyDictionary<string, string>? Trailers { get; init; }
}

/// <summary>One wire protocol: reads inputs into the canonical form and writes answers and errors.</summary>
internal interface IWireCodec
{
    /// <exception cref="AwsException">The request cannot be read.</exception>
    ValueTask<WireInput> ReadAsync(WireRequest request);

    /// <summary>Writes the answer and disposes its body.</summary>
    Task WriteAsync(WireRequest request, OperationAnswer answer);

    /// <summary>Writes an error; the request may not have found an operation.</summary>
    Task WriteErrorAsync(HttpContext http, WireError error);
}
