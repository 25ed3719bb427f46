using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>Message attributes: their checks, their size and the MD5 that clients compare.</summary>
internal static class MessageAttributes
{
    /// <exception cref="AwsException">InvalidParameterValue: which attribute is wrong and why.</exception>
    public static void Check(JsonObject attributes)
    {
        if (attributes.Count > 10)
            throw SqsErrors.InvalidValue("Number of message attributes [" + attributes.Count + "] exceeds the allowed maximum [10].");
        foreach (var (name, node) in attributes)
        {
            var attribute = (JsonObject)node!;
            var type = attribute.Text("DataType")?.Split('.')[0];
            if (type is not ("String" or "Number" or "Binary"))
                throw SqsErrors.InvalidValue($"The type of message (user) attribute '{name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.");
            if (type == "Binary" ? attribute.Text("BinaryValue") is not { Length: > 0 } : attribute.Text("StringValue") is not { Length: > 0 } value || (type == "Number" && !double.TryParse(value, out _)))
                throw SqsErrors.InvalidValue($"The message (user) attribute '{name}' must contain a non-empty value of its type {type}.");
        }
    }

    /// <summary>What the attributes count towards a message's size, in bytes.</summary>
    public static int Size(JsonObject attributes) => attributes.Sum(a =>
        Encoding.UTF8.GetByteCount(a.Key) + Encoding.UTF8.GetByteCount(((JsonObject)a.Value!).Required("DataType")) + Value((JsonObject)a.Value!).Length);

    /// <summary>The MD5 over names, types and values in the order of the names; null where there are none.</summary>
    public static string? Md5(JsonObject attributes)
    {
        if (attributes.Count == 0)
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var (name, node) in attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            var attribute = (JsonObject)node!;
            Append(Encoding.UTF8.GetBytes(name));
            Append(Encoding.UTF8.GetBytes(attribute.Required("DataType")));
            hash.AppendData([attribute.ContainsKey("BinaryValue") ? (byte)2 : (byte)1]);
            Append(Value(attribute));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(byte[] data)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
            hash.AppendData(length);
            hash.AppendData(data);
        }
    }

    /// <summary>The attributes that a receiver asks for by name, <c>prefix.*</c>, <c>.*</c> or <c>All</c>.</summary>
    public static JsonObject Chosen(JsonObject attributes, IReadOnlyCollection<string> names) => new(attributes
        .Where(a => names.Any(n => n is "All" or ".*" || n == a.Key || (n.EndsWith(".*", StringComparison.Ordinal) && a.Key.StartsWith(n[..^1], StringComparison.Ordinal))))
        .Select(a => KeyValuePair.Create(a.Key, a.Value.Copy())));

    private static byte[] Value(JsonObject attribute) => attribute.Text("BinaryValue") is { } binary
        ? Convert.FromBase64String(binary) : Encoding.UTF8.GetBytes(attribute.Text("StringValue") ?? "");
}
