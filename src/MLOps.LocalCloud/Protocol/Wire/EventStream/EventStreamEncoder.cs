using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.EventStream;

/// <summary>
/// Encodes messages of <c>application/vnd.amazon.eventstream</c>: total length, header length, CRC-32 of these, headers,
/// payload, CRC-32 of everything before it; all numbers big-endian.
/// </summary>
internal static class EventStreamEncoder
{
    public const string ContentType = "application/vnd.amazon.eventstream";
    private const int Prelude = 12;
    private const byte StringHeader = 7;

    /// <summary>An event whose payload is bytes.</summary>
    public static byte[] Event(string type, ReadOnlySpan<byte> payload) =>
        Message(payload, (":message-type", "event"), (":event-type", type), (":content-type", "application/octet-stream"));

    /// <summary>The event that ends a stream with an error: one of the stream's own kinds, or an unmodelled one.</summary>
    public static byte[] Exception(ApiShape stream, AwsException e)
    {
        if (!stream.ByName.ContainsKey(e.Code))
            return Message([], (":message-type", "error"), (":error-code", e.Code), (":error-message", e.Message));
        var members = (JsonObject)e.Members.DeepClone();
        members["Message"] = e.Message;
        return Message(Encoding.UTF8.GetBytes(members.ToJsonString()),
            (":message-type", "exception"), (":exception-type", e.Code), (":content-type", "application/json"));
    }

    private static byte[] Message(ReadOnlySpan<byte> payload, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var headerLength = 0;
        foreach (var (name, value) in headers)
            headerLength += 1 + name.Length + 1 + 2 + Encoding.UTF8.GetByteCount(value);
        var message = new byte[Prelude + headerLength + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headerLength);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Crc32.HashToUInt32(message.AsSpan(0, 8)));
        var at = Prelude;
        foreach (var (name, value) in headers)
        {
            message[at++] = (byte)name.Length;
            at += Encoding.ASCII.GetBytes(name, message.AsSpan(at));
            message[at++] = StringHeader;
            var length = Encoding.UTF8.GetBytes(value, message.AsSpan(at + 2));
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), (ushort)length);
            at += 2 + length;
        }
        payload.CopyTo(message.AsSpan(at));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Crc32.HashToUInt32(message.AsSpan(0, message.Length - 4)));
        return message;
    }
}
