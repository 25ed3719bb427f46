using System.Text.Json.Nodes;
using System.Xml;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire.Query;

namespace MLOps.LocalCloud.Protocol.Wire.Xml;

/// <summary>Writes canonical output as XML: for the query protocol and for rest-xml.</summary>
internal static class XmlOutputWriter
{
    /// <summary>Writes the members of a structure that travel in the body.</summary>
    public static void WriteMembers(XmlWriter writer, ApiShape shape, JsonObject members)
    {
        foreach (var member in shape.Members)
            if (member is { Location: MemberLocation.Body, XmlAttribute: false } && members[member.Name] is { } value)
                Write(writer, member, QueryNames.Of(member), value);
    }

    public static void Write(XmlWriter writer, ApiMember member, string name, JsonNode value)
    {
        switch (member.Shape.Kind, value)
        {
            case (ShapeKind.Structure, JsonObject members):
                WriteStartElement(writer, member, name);
                WriteAttributes(writer, member, members);
                WriteMembers(writer, member.Shape, members);
                writer.WriteEndElement();
                break;
            case (ShapeKind.List, JsonArray items):
                WriteList(writer, member, name, items);
                break;
            case (ShapeKind.Map, JsonObject entries):
                WriteMap(writer, member, name, entries);
                break;
            case (ShapeKind.Structure or ShapeKind.List or ShapeKind.Map, _):
                throw new InvalidOperationException($"The output member {member.Name} of shape {member.Shape.Name} ({member.Shape.Kind}) was given {value.GetValueKind()}.");
            default:
                WriteStartElement(writer, member, name);
                writer.WriteString(Canonical.ToText(member, value, TimestampFormat.Iso8601));
                writer.WriteEndElement();
                break;
        }
    }

    private static void WriteList(XmlWriter writer, ApiMember member, string name, JsonArray items)
    {
        var element = member.Shape.Element;
        var itemName = element.LocationName ?? (member.Flattened ? name : "member");
        if (!member.Flattened)
            writer.WriteStartElement(name);
        foreach (var item in items)
            if (item is not null)
                Write(writer, element, itemName, item);
        if (!member.Flattened)
            writer.WriteEndElement();
    }

    private static void WriteMap(XmlWriter writer, ApiMember member, string name, JsonObject entries)
    {
        var (keyName, valueName) = QueryNames.OfEntry(member);
        if (!member.Flattened)
            writer.WriteStartElement(name);
        foreach (var (key, entry) in entries)
        {
            if (entry is null)
                continue;
            writer.WriteStartElement(member.Flattened ? name : "entry");
            writer.WriteElementString(keyName, key);
            Write(writer, member.Shape.Value, valueName, entry);
            writer.WriteEndElement();
        }
        if (!member.Flattened)
            writer.WriteEndElement();
    }

    private static void WriteStartElement(XmlWriter writer, ApiMember member, string name)
    {
        if (member.XmlNamespace is { Prefix: null } own)
            writer.WriteStartElement(name, own.Uri);
        else
            writer.WriteStartElement(name);
        if (member.XmlNamespace is { Prefix: { } prefix } prefixed)
            writer.WriteAttributeString("xmlns", prefix, null, prefixed.Uri);
    }

    private static void WriteAttributes(XmlWriter writer, ApiMember parent, JsonObject members)
    {
        foreach (var member in parent.Shape.Members)
            if (member.XmlAttribute && members[member.Name] is { } value)
            {
                var parts = member.WireName.Split(':');
                if (parts.Length == 2)
                    writer.WriteAttributeString(parts[0], parts[1], parent.XmlNamespace?.Uri, Canonical.Text(value));
                else
                    writer.WriteAttributeString(member.WireName, Canonical.Text(value));
            }
    }
}
