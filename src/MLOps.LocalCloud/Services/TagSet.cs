using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services;

/// <summary>Tags of a resource, which some APIs have as lists of keys and values and some as objects by key.</summary>
internal static class TagSet
{
    /// <summary>The most that a resource may have, everywhere in AWS.</summary>
    public const int Most = 50;

    /// <summary>As an object by key.</summary>
    public static JsonObject Map(JsonNode? tags) => tags switch
    {
        JsonObject map => map.Copy()!,
        JsonArray list => new JsonObject(list.OfType<JsonObject>().Select(t => KeyValuePair.Create(t.Required("Key"), (JsonNode?)(t.Text("Value") ?? "")))),
        _ => [],
    };

    /// <summary>As a list of keys and values.</summary>
    public static JsonArray List(JsonNode? tags) => [.. Map(tags).Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value.Copy() })];

    /// <summary>The tags with more of them set.</summary>
    /// <exception cref="AwsException">There would be more than <see cref="Most"/>.</exception>
    public static JsonObject With(JsonNode? tags, JsonNode? more, string tooManyCode)
    {
        var all = Map(tags);
        foreach (var (key, value) in Map(more))
            all[key] = value.Copy();
        return all.Count <= Most ? all : throw new AwsException(tooManyCode, $"A resource has at most {Most} tags.");
    }

    /// <summary>The tags without some.</summary>
    public static JsonObject Without(JsonNode? tags, IEnumerable<string> keys)
    {
        var left = Map(tags);
        foreach (var key in keys)
            left.Remove(key);
        return left;
    }
}
