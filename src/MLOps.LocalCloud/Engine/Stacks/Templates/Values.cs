using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>Values of a template while it is evaluated.</summary>
internal static class Values
{
    /// <summary>
    /// Stands for what is known only once a resource exists. A text that holds it is itself not known yet.
    /// It never leaves the engine: U+0000 is no character of a template's text in JSON or YAML.
    /// </summary>
    public const string Unknown = "\0unknown\0";

    /// <summary>Whether the value is, or holds anywhere, what is not known yet.</summary>
    public static bool IsUnknown(JsonNode? node) => node switch
    {
        JsonObject o => o.Any(m => IsUnknown(m.Value)),
        JsonArray a => a.Any(IsUnknown),
        JsonValue v => v.TryGetValue(out string? text) && text.Contains(Unknown, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>A scalar as text (<c>true</c>, <c>1.0</c> as written); null where it is a list or an object.</summary>
    public static string? Text(JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.ToJsonString(),
    };
}
