using System.Formats.Cbor;
using System.Globalization;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Cbor;

/// <summary>Reads CBOR into the canonical form.</summary>
internal static class CborInputReader
{
    private const int MaxDepth = 64;

    public static JsonObject ReadStructure(ApiShape shape, CborReader reader, int depth = 0)
    {
        Enter(reader, CborReaderState.StartMap, ref depth, "a structure");
        var members = new JsonObject();
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            if (!shape.ByWireName.TryGetValue(reader.ReadTextString(), out var member) || reader.PeekState() == CborReaderState.Null)
                reader.SkipValue();
            else
                members[member.Name] = Read(member, reader, depth);
        }
        reader.ReadEndMap();
        return members;
    }

    private static JsonNode? Read(ApiMember member, CborReader reader, int depth)
    {
        switch (member.Shape.Kind)
        {
            case ShapeKind.Structure:
                return ReadStructure(member.Shape, reader, depth);
            case ShapeKind.List:
                return ReadList(member.Shape, reader, depth);
            case ShapeKind.Map:
                return ReadMap(member.Shape, reader, depth);
            case ShapeKind.String:
                return reader.PeekState() is CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString
                    ? JsonValue.Create(reader.ReadTextString()) : throw Mismatch(member, "a String");
            case ShapeKind.Blob:
                return reader.PeekState() is CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString
                    ? JsonValue.Create(Convert.ToBase64String(reader.ReadByteString())) : throw Mismatch(member, "a Blob");
            case ShapeKind.Boolean:
                return reader.PeekState() == CborReaderState.Boolean ? JsonValue.Create(reader.ReadBoolean()) : throw Mismatch(member, "a Boolean");
            case ShapeKind.Timestamp:
                while (reader.PeekState() == CborReaderState.Tag)
                    reader.ReadTag();
                return ReadNumber(member, reader);
            default:
                return ReadNumber(member, reader);
        }
    }

    private static JsonArray ReadList(ApiShape shape, CborReader reader, int depth)
    {
        Enter(reader, CborReaderState.StartArray, ref depth, "a list");
        var items = new JsonArray();
        reader.ReadStartArray();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            if (reader.PeekState() == CborReaderState.Null)
            {
                reader.ReadNull();
                items.Add(null);
            }
            else
                items.Add(Read(shape.Element, reader, depth));
        }
        reader.ReadEndArray();
        return items;
    }

    private static JsonObject ReadMap(ApiShape shape, CborReader reader, int depth)
    {
        Enter(reader, CborReaderState.StartMap, ref depth, "a map");
        var entries = new JsonObject();
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var key = reader.ReadTextString();
            if (reader.PeekState() == CborReaderState.Null)
                reader.ReadNull();
            else
                entries[key] = Read(shape.Value, reader, depth);
        }
        reader.ReadEndMap();
        return entries;
    }

    private static JsonNode ReadNumber(ApiMember member, CborReader reader)
    {
        var kind = member.Shape.Kind;
        if (reader.PeekState() is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger)
        {
            var whole = reader.ReadInt64();
            return kind == ShapeKind.Integer && whole is < int.MinValue or > int.MaxValue
                ? throw Mismatch(member, "an Integer") : Canonical.Number(whole.ToString(CultureInfo.InvariantCulture));
        }
        if (reader.PeekState() is not (CborReaderState.DoublePrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.HalfPrecisionFloat))
            throw Mismatch(member, $"a {kind}");
        var number = reader.ReadDouble();
        if (!double.IsFinite(number) || (kind is ShapeKind.Integer or ShapeKind.Long && number != Math.Truncate(number)))
            throw Mismatch(member, $"a {kind}");
        return Canonical.Number(number);
    }

    private static void Enter(CborReader reader, CborReaderState expected, ref int depth, string target)
    {
        if (reader.PeekState() != expected)
            throw new AwsException("SerializationException", $"Unexpected value: {target} is expected");
        if (++depth > MaxDepth)
            throw new AwsException("SerializationException", "The request body is nested too deeply.");
    }

    private static AwsException Mismatch(ApiMember member, string target) =>
        new("SerializationException", $"The value of '{member.WireName}' can not be converted to {target}");
}
