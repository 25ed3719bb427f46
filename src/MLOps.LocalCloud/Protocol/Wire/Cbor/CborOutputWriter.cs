using System.Formats.Cbor;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Cbor;

/// <summary>Writes canonical output as CBOR.</summary>
internal static class CborOutputWriter
{
    public static void WriteStructure(CborWriter writer, ApiShape shape, JsonObject members)
    {
        writer.WriteStartMap(null);
        foreach (var (name, value) in members)
        {
            if (value is null || !shape.ByName.TryGetValue(name, out var member))
                continue;
            writer.WriteTextString(member.WireName);
            Write(writer, member, value);
        }
        writer.WriteEndMap();
    }

    private static void Write(CborWriter writer, ApiMember member, JsonNode value)
    {
        switch (member.Shape.Kind, value)
        {
            case (ShapeKind.Structure, JsonObject members):
                WriteStructure(writer, member.Shape, members);
                break;
            case (ShapeKind.List, JsonArray items):
                writer.WriteStartArray(null);
                foreach (var item in items)
                    if (item is not null)
                        Write(writer, member.Shape.Element, item);
                writer.WriteEndArray();
                break;
            case (ShapeKind.Map, JsonObject entries):
                writer.WriteStartMap(null);
                foreach (var (key, entry) in entries)
                {
                    if (entry is null)
                        continue;
                    writer.WriteTextString(key);
                    Write(writer, member.Shape.Value, entry);
                }
                writer.WriteEndMap();
                break;
            case (ShapeKind.Timestamp, _) when Canonical.TryNumber(value, out var epoch):
                writer.WriteTag(CborTag.UnixTimeSeconds);
                writer.WriteDouble(epoch);
                break;
            case (ShapeKind.Integer or ShapeKind.Long, _) when Canonical.TryNumber(value, out var whole):
                writer.WriteInt64((long)whole);
                break;
            case (ShapeKind.Float or ShapeKind.Double, _) when Canonical.TryNumber(value, out var real):
                writer.WriteDouble(real);
                break;
            case (ShapeKind.Boolean, JsonValue flag) when flag.TryGetValue<bool>(out var set):
                writer.WriteBoolean(set);
                break;
            case (ShapeKind.Blob, JsonValue):
                writer.WriteByteString(Convert.FromBase64String(Canonical.Text(value)));
                break;
            case (ShapeKind.String, JsonValue):
                writer.WriteTextString(Canonical.Text(value));
                break;
            default:
                throw new InvalidOperationException($"The output member {member.Name} of shape {member.Shape.Name} ({member.Shape.Kind}) was given {value.GetValueKind()}.");
        }
    }
}
