using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.LocalCloud.Protocol.Validation;

/// <summary>Every service refuses a list of tags that gives a key twice; no description says so.</summary>
internal static class TagKeys
{
    /// <summary>The key that a list of tags repeats, or null.</summary>
    public static JsonNode? Repeated(ApiShape element, JsonArray items)
    {
        if (items.Count < 2 || element.Kind != ShapeKind.Structure || !element.Name.Equals("Tag", StringComparison.OrdinalIgnoreCase))
            return null;
        var member = element.Members.FirstOrDefault(m => m.Name.Equals("Key", StringComparison.OrdinalIgnoreCase));
        if (member is null)
            return null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return items.OfType<JsonObject>().Select(t => t[member.Name]).FirstOrDefault(k => k is JsonValue v && v.TryGetValue<string>(out var text) && !seen.Add(text));
    }
}
