using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Wire.Query;

/// <summary>Reads the parameters of a query request into the canonical form.</summary>
internal static class QueryInputReader
{
    public static JsonObject ReadStructure(ApiShape shape, QueryNode node)
    {
        var members = new JsonObject();
        foreach (var member in shape.Members)
            if (Find(node, member) is { } child && Read(member, child) is { } value)
                members[member.Name] = value;
        return members;
    }

    // A flattened list is sent under its own name by some clients and under its element's by others.
    private static QueryNode? Find(QueryNode node, ApiMember member) =>
        node[QueryNames.Of(member)] ?? node[member.WireName] ??
        (member is { Flattened: true, Shape.Kind: ShapeKind.List } && member.Shape.Element.LocationName is { } element ? node[element] : null);

    private static JsonNode? Read(ApiMember member, QueryNode node)
    {
        var shape = member.Shape;
        switch (shape.Kind)
        {
            case ShapeKind.Structure:
                return ReadStructure(shape, node);
            case ShapeKind.List:
                return ReadList(shape, node);
            case ShapeKind.Map:
                return ReadMap(member, node);
            default:
                if (node.Text is not { } text)
                    return null;
                return Canonical.FromText(shape, text) ?? throw Malformed(member, text);
        }
    }

    private static JsonArray ReadList(ApiShape shape, QueryNode node)
    {
        var items = node["member"] ?? (shape.Element.LocationName is { } name ? node[name] : null) ?? node;
        return [.. items.Numbered().Select(item => Read(shape.Element, item))];
    }

    private static JsonObject ReadMap(ApiMember member, QueryNode node)
    {
        var entries = new JsonObject();
        var (keyName, valueName) = QueryNames.OfEntry(member);
        foreach (var entry in (node["entry"] ?? node).Numbered())
        {
            if (entry[keyName]?.Text is { } key && entry[valueName] is { } value)
                entries[key] = Read(member.Shape.Value, value);
        }
        return entries;
    }

    private static AwsException Malformed(ApiMember member, string text) => member.Shape.Kind switch
    {
        ShapeKind.Boolean => new AwsException("MalformedInput", $"{text} is not a valid value for {member.Name}: it must be true or false."),
        _ => new AwsException("MalformedInput", $"{text} is not a valid value for {member.Name}."),
    };
}
