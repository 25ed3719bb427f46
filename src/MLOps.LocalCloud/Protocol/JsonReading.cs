using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Protocol;

/// <summary>Short ways to read a <see cref="JsonObject"/> whose shape the API description has already checked.</summary>
public static class JsonReading
{
    /// <summary>The text of a member, or null where it is absent.</summary>
    public static string? Text(this JsonObject o, string name) => o[name]?.GetValue<string>();

    /// <summary>The text of a member that the API description requires.</summary>
    public static string Required(this JsonObject o, string name) =>
        o.Text(name) ?? throw AwsException.Validation($"1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must not be null");

    /// <summary>A number, or null where it is absent.</summary>
    public static double? Number(this JsonObject o, string name) => o[name] is JsonValue v ? AsDouble(v) : null;

    /// <summary>A whole number, or null where it is absent.</summary>
    public static int? Whole(this JsonObject o, string name) => o.Number(name) is { } d ? (int)d : null;

    /// <summary>A flag, or null where it is absent.</summary>
    public static bool? Flag(this JsonObject o, string name) => o[name]?.GetValue<bool>();

    /// <summary>A structure or map, or null where it is absent.</summary>
    public static JsonObject? Object(this JsonObject o, string name) => o[name] as JsonObject;

    /// <summary>A list; empty where it is absent.</summary>
    public static IEnumerable<JsonNode> Items(this JsonObject o, string name) => (o[name] as JsonArray)?.OfType<JsonNode>() ?? [];

    /// <summary>A list of structures; empty where it is absent.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonObject o, string name) => o.Items(name).OfType<JsonObject>();

    /// <summary>A list of strings; empty where it is absent.</summary>
    public static IEnumerable<string> Texts(this JsonObject o, string name) => o.Items(name).Select(n => n.GetValue<string>());

    /// <summary>A timestamp member, or null where it is absent.</summary>
    public static DateTimeOffset? Time(this JsonObject o, string name) =>
        o.Number(name) is { } s ? DateTimeOffset.UnixEpoch.AddSeconds(s) : null;

    /// <summary>The wire form of a time: seconds since 1970, to the millisecond.</summary>
    public static double ToEpoch(this DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>A copy that may be given to another parent; null stays null.</summary>
    public static T? Copy<T>(this T? node) where T : JsonNode => (T?)node?.DeepClone();

    /// <summary>A new object of copies of the named members that are present.</summary>
    public static JsonObject Pick(this JsonObject o, params ReadOnlySpan<string> names)
    {
        var picked = new JsonObject();
        foreach (var name in names)
            if (o[name] is { } value)
                picked[name] = value.DeepClone();
        return picked;
    }

    private static double AsDouble(JsonValue v) =>
        v.TryGetValue(out double d) ? d : v.TryGetValue(out long l) ? l : v.TryGetValue(out int i) ? i : v.GetValue<double>();
}
