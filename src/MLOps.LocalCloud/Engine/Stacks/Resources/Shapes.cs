using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Resources;

/// <summary>Brings CloudFormation's properties into the shapes of the services' APIs.</summary>
internal static class Shapes
{
    /// <summary>A copy with camel-cased names. What stands under a name of <paramref name="verbatim"/> holds names of its own and stays.</summary>
    public static JsonNode? Camel(JsonNode? node, params string[] verbatim) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(
            Lower(m.Key), verbatim.Contains(m.Key) ? m.Value?.DeepClone() : Camel(m.Value, verbatim)))),
        JsonArray a => new JsonArray([.. a.Select(item => Camel(item, verbatim))]),
        _ => node?.DeepClone(),
    };

    /// <summary>A policy or pattern as text; it may be given as one.</summary>
    public static string? Document(JsonNode? node) => node switch
    {
        null => null,
        JsonValue v when v.TryGetValue(out string? text) => text,
        _ => node.ToJsonString(),
    };

    /// <summary>An object whose values are all texts, as APIs ask for; null stays null.</summary>
    public static JsonObject? Map(JsonNode? node) => node is not JsonObject o ? null
        : new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Document(m.Value))));

    /// <summary>The list of tags as an object by key; null where there are none.</summary>
    public static JsonObject? TagMap(JsonObject properties) => properties["Tags"] is not JsonArray tags ? null
        : new JsonObject(tags.OfType<JsonObject>().Select(t => KeyValuePair.Create(t.Required("Key"), (JsonNode?)t.Required("Value"))));

    /// <summary>The tags that are to be set and the keys that are to go, from one set of properties to the next.</summary>
    public static (JsonArray Set, JsonArray Gone) TagChanges(JsonObject previous, JsonObject next)
    {
        var (before, after) = (TagMap(previous) ?? [], TagMap(next) ?? []);
        return (
            new JsonArray([.. after.Where(t => before.Text(t.Key) != t.Value!.GetValue<string>()).Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value!.DeepClone() })]),
            new JsonArray([.. before.Where(t => !after.ContainsKey(t.Key)).Select(t => (JsonNode)t.Key)]));
    }

    /// <summary>Whether a property differs between two sets.</summary>
    public static bool Differs(this JsonObject next, JsonObject previous, string property) => !JsonNode.DeepEquals(next[property], previous[property]);

    /// <summary>Refuses a change that the service here has no operation for.</summary>
    public static void Refuse(ResourceType type, JsonObject next, JsonObject previous, params string[] properties)
    {
        foreach (var property in properties)
            if (next.Differs(previous, property))
                throw new ResourceFailedException($"The local cloud does not offer changing {property} of {type.Name} in place.");
    }

    private static string Lower(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];
}
