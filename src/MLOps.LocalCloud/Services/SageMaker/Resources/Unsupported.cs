using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMaker.Resources;

/// <summary>Refuses what the local cloud would otherwise accept and not do.</summary>
internal static class Unsupported
{
    /// <summary>Refuses an input that has any of these members (empty lists, empty objects and false do not count).</summary>
    public static void Refuse(JsonObject input, string operation, params ReadOnlySpan<string> members)
    {
        foreach (var member in members)
            if (input[member] is { } value && !Empty(value))
                throw Of($"{operation} with {member}");
    }

    public static AwsException Of(string what) => AwsException.Validation($"The local cloud does not offer {what}.");

    private static bool Empty(JsonNode value) => value switch
    {
        JsonArray list => list.Count == 0,
        JsonObject map => map.Count == 0,
        JsonValue flag => flag.TryGetValue(out bool set) && !set,
        _ => false,
    };
}
