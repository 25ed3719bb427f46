using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Json;

/// <summary>Writes canonical output as JSON: modelled members by their wire names, nulls left out.</summary>
internal static class JsonOutputWriter
{
    /// <summary>Writes a structure; members that travel elsewhere in the message are left out.</summary>
    public static void WriteStructure(Utf8JsonWriter writer, ApiShape shape, JsonObject members)
    {
        writer.WriteStartObject();
        WriteMembers(writer, shape, members);
        writer.WriteEndObject();
    }

    /// <summary>Writes a structure's members into an object that is already begun.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, ApiShape shape, JsonObject members)
    {
        foreach (var (name, value) in members)
        {
            if (value is null || !shape.ByName.TryGetValue(name, out var member) || member.Location != MemberLocation.Body)
                continue;
            writer.WritePropertyName(member.JsonName);
            Write(writer, member, value);
        }
    }

    public static void Write(Utf8JsonWriter writer, ApiMember member, JsonNode value)
    {
        var shape = member.Shape;
        switch (shape.Kind, value)
        {
            case (ShapeKind.Structure, JsonObject members):
                WriteStructure(writer, shape, members);
                break;
            case (ShapeKind.List, JsonArray items):
                writer.WriteStartArray();
                foreach (var item in items)
                    if (item is not null)
                        Write(writer, shape.Element, item);
                writer.WriteEndArray();
                break;
            case (ShapeKind.Map, JsonObject entries):
                writer.WriteStartObject();
                foreach (var (key, entry) in entries)
                {
                    if (entry is null)
                        continue;
                    writer.WritePropertyName(key);
                    Write(writer, shape.Value, entry);
                }
                writer.WriteEndObject();
                break;
            case (ShapeKind.Timestamp, _) when Canonical.TryNumber(value, out var epoch):
                WriteTime(writer, member, epoch);
                break;
            case (ShapeKind.Integer or ShapeKind.Long, _):
                writer.WriteRawValue(Canonical.ToText(member, value, TimestampFormat.Epoch));
                break;
            case (ShapeKind.Structure or ShapeKind.List or ShapeKind.Map or ShapeKind.Timestamp, _):
                throw new InvalidOperationException($"The output member {member.Name} of shape {shape.Name} ({shape.Kind}) was given {value.GetValueKind()}.");
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, ApiMember member, double epoch)
    {
        if (member.TimestampFormat is TimestampFormat.Unset or TimestampFormat.Epoch)
            writer.WriteRawValue(epoch.ToString("0.###", CultureInfo.InvariantCulture), skipInputValidation: true);
        else
            writer.WriteStringValue(Times.Format(epoch, member.TimestampFormat));
    }
}
