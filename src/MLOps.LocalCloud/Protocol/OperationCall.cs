using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Protocol;

/// <summary>
/// One call of one operation, parsed from its protocol and validated against its API description.
/// <para>
/// <see cref="Input"/> holds the modelled members by name, whatever the protocol: timestamps are JSON numbers
/// (seconds since 1970, with a fraction), blobs are base64 strings, maps are objects, numbers are numbers.
/// A blob or streaming member that is the HTTP payload (S3's and InvokeEndpoint's Body) is not in it but in
/// <see cref="Body"/>.
/// </para>
/// </summary>
public sealed record OperationCall(string Service, string Operation, Scope Scope, JsonObject Input)
{
    /// <summary>The payload of an operation whose body is a blob or a stream; else empty. Already freed of aws-chunked framing.</summary>
    /// <remarks>Comes straight from the connection: not seekable, and read asynchronously only.</remarks>
    public Stream Body { get; init; } = Stream.Null;

    /// <summary>The length of <see cref="Body"/> in bytes where the caller said it.</summary>
    public long? BodyLength { get; init; }

    /// <summary>
    /// Modelled members that the caller sends after the payload (aws-chunked trailers, such as <c>ChecksumCRC32</c>), by
    /// member name. Filled once <see cref="Body"/> has been read to its end.
    /// </summary>
    public IReadOnlyDictionary<string, string> Trailers { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The <c>x-amzn-RequestId</c> of the answer.</summary>
    public string RequestId { get; init; } = Guid.NewGuid().ToString();

    /// <summary>Who calls, as an ARN.</summary>
    public string Principal { get; init; } = "";

    /// <summary>The access key that signed; empty for anonymous and internal calls.</summary>
    public string AccessKey { get; init; } = "";

    /// <summary>Where the caller reaches the local cloud, such as <c>http://127.0.0.1:4566</c>; empty for internal calls.</summary>
    public string BaseAddress { get; init; } = "";

    /// <summary>Ends when the caller goes away.</summary>
    public CancellationToken Cancelled { get; init; }
}

/// <summary>
/// What an operation answers: the output's members by name in the form that <see cref="OperationCall.Input"/> describes
/// (members that the description does not know are dropped; nulls are left out), and the payload where the output has one.
/// </summary>
public sealed record OperationAnswer(JsonObject Output)
{
    /// <summary>The payload of an output whose body is a blob or a stream. The serializer disposes it.</summary>
    public Stream? Body { get; init; }

    /// <summary>The events of an output whose body is an event stream. An <see cref="AwsException"/> becomes its last event.</summary>
    public IAsyncEnumerable<StreamEvent>? Events { get; init; }

    /// <summary>The HTTP status where it differs from the description's (206 for a range).</summary>
    public int? Status { get; init; }

    /// <summary>An answer without members.</summary>
    public static OperationAnswer Empty => new(new JsonObject());

    /// <summary>An answer that is only members.</summary>
    public static implicit operator OperationAnswer(JsonObject output) => new(output);
}

/// <summary>One event of an event stream: its type by the description (<c>PayloadPart</c>) and its bytes.</summary>
public sealed record StreamEvent(string Type, ReadOnlyMemory<byte> Payload);

/// <summary>Carries out one operation. Throws <see cref="AwsException"/> for what AWS would refuse.</summary>
public delegate Task<OperationAnswer> OperationHandler(OperationCall call);
