using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire;

namespace MLOps.LocalCloud.Protocol.Validation;

/// <summary>A value as validation messages repeat it: <c>'a'</c>, <c>'[a, b]'</c>, <c>'{k=v}'</c>.</summary>
internal static class Rendering
{
    private const int Longest = 2048;

    public static string Of(ApiShape shape, JsonNode value)
    {
        if (shape.Sensitive)
            return "'*** Sensitive Data Redacted ***'";
        var text = Text(value);
        return text.Length <= Longest ? $"'{text}'" : $"'{text[..Longest]}...'";
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "null",
        JsonArray items => $"[{string.Join(", ", items.Select(Text))}]",
        JsonObject entries => $"{{{string.Join(", ", entries.Select(e => $"{e.Key}={Text(e.Value)}"))}}}",
        _ => Canonical.Text(value),
    };
}
