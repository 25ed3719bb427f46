using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Xml;

/// <summary>Reads XML into the canonical form. Namespaces are ignored, as S3 does.</summary>
internal static class XmlInputReader
{
    private static readonly XmlReaderSettings Safe = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false };

    /// <exception cref="AwsException"><c>MalformedXML</c>.</exception>
    public static XElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var stream = new MemoryStream(body.ToArray(), writable: false);
            using var reader = XmlReader.Create(stream, Safe);
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            throw Malformed();
        }
    }

    public static JsonObject ReadStructure(ApiShape shape, XElement element)
    {
        var members = new JsonObject();
        foreach (var member in shape.Members)
        {
            if (member.Location != MemberLocation.Body)
                continue;
            if (member.XmlAttribute)
            {
                var name = member.WireName[(member.WireName.IndexOf(':') + 1)..];
                if (element.Attributes().FirstOrDefault(a => a.Name.LocalName == name) is { } attribute)
                    members[member.Name] = JsonValue.Create(attribute.Value);
            }
            else if (Read(member, element) is { } value)
                members[member.Name] = value;
        }
        return members;
    }

    private static JsonNode? Read(ApiMember member, XElement parent)
    {
        var shape = member.Shape;
        if (member.Flattened && shape.Kind is ShapeKind.List or ShapeKind.Map)
        {
            var name = shape.Kind == ShapeKind.List ? shape.Element.LocationName ?? member.WireName : member.WireName;
            var items = Named(parent, name).ToArray();
            return items.Length == 0 ? null : Collection(shape, items);
        }
        if (Named(parent, member.WireName).FirstOrDefault() is not { } element)
            return null;
        return shape.Kind switch
        {
            ShapeKind.List => Collection(shape, Named(element, shape.Element.LocationName ?? "member")),
            ShapeKind.Map => Collection(shape, Named(element, "entry")),
            _ => Value(member, element),
        };
    }

    private static JsonNode Collection(ApiShape shape, IEnumerable<XElement> items)
    {
        if (shape.Kind == ShapeKind.List)
            return new JsonArray([.. items.Select(i => Value(shape.Element, i))]);
        var entries = new JsonObject();
        foreach (var item in items)
        {
            var key = Named(item, shape.Key.LocationName ?? "key").FirstOrDefault() ?? throw Malformed();
            var value = Named(item, shape.Value.LocationName ?? "value").FirstOrDefault() ?? throw Malformed();
            entries[key.Value] = Value(shape.Value, value);
        }
        return entries;
    }

    private static JsonNode Value(ApiMember member, XElement element) => member.Shape.Kind switch
    {
        ShapeKind.Structure => ReadStructure(member.Shape, element),
        ShapeKind.List => Collection(member.Shape, Named(element, member.Shape.Element.LocationName ?? "member")),
        ShapeKind.Map => Collection(member.Shape, Named(element, "entry")),
        _ => Canonical.FromText(member.Shape, element.Value) ?? throw Malformed(),
    };

    private static IEnumerable<XElement> Named(XElement parent, string name) => parent.Elements().Where(e => e.Name.LocalName == name);

    public static AwsException Malformed() =>
        new("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
}
