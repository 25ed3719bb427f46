using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Engine.Events.Patterns;

/// <summary>Decides on one value of an event.</summary>
/// <param name="Matches">Whether a value that is there (perhaps null) matches.</param>
/// <param name="MatchesAbsent">Whether the absence of the field matches.</param>
internal sealed record ValueMatcher(Func<JsonNode?, bool> Matches, bool MatchesAbsent = false)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <exception cref="FormatException">No matcher.</exception>
    public static ValueMatcher Parse(JsonNode? node, string at) => node switch
    {
        JsonArray => throw new FormatException($"Arrays in arrays are not allowed at {at}"),
        JsonObject { Count: 1 } o => Parse(o.First().Key, o.First().Value, at),
        JsonObject => throw new FormatException($"Only one key is allowed in the match expression at {at}"),
        _ => Equal(node),
    };

    private static ValueMatcher Parse(string kind, JsonNode? operand, string at) => kind switch
    {
        "exists" when operand?.GetValueKind() is JsonValueKind.True => new(_ => true),
        "exists" when operand?.GetValueKind() is JsonValueKind.False => new(_ => false, MatchesAbsent: true),
        "anything-but" => AnythingBut(operand, at),
        "numeric" when operand is JsonArray { Count: 2 or 4 } range => Numeric(range, at),
        "cidr" when Text(operand) is { } cidr => Cidr(cidr, at),
        _ => OnText(TextTest(kind, operand) ?? throw new FormatException($"Unrecognized match type {kind} at {at}")),
    };

    private static Func<string, bool>? TextTest(string kind, JsonNode? operand)
    {
        if (operand is JsonObject { Count: 1 } o && o.First() is { Key: "equals-ignore-case" } folded && Text(folded.Value) is { } any)
            return kind switch
            {
                "prefix" => v => v.StartsWith(any, StringComparison.OrdinalIgnoreCase),
                "suffix" => v => v.EndsWith(any, StringComparison.OrdinalIgnoreCase),
                _ => null,
            };
        return (kind, Text(operand)) switch
        {
            ("prefix", { } text) => v => v.StartsWith(text, StringComparison.Ordinal),
            ("suffix", { } text) => v => v.EndsWith(text, StringComparison.Ordinal),
            ("equals-ignore-case", { } text) => v => v.Equals(text, StringComparison.OrdinalIgnoreCase),
            ("wildcard", { } text) => Wildcard(text),
            _ => null,
        };
    }

    private static Func<string, bool> Wildcard(string text)
    {
        // "\*" stands for the star itself.
        var parts = Regex.Split(text, @"(?<!\\)\*").Select(p => Regex.Escape(p.Replace(@"\*", "*", StringComparison.Ordinal)));
        var regex = new Regex($"^{string.Join(".*", parts)}$", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Patience);
        return regex.IsMatch;
    }

    private static ValueMatcher AnythingBut(JsonNode? operand, string at)
    {
        var refused = operand switch
        {
            JsonArray { Count: > 0 } many when many.All(IsScalar) => [.. many.Select(Equal)],
            JsonObject { Count: 1 } o => o.First().Value is JsonArray { Count: > 0 } several
                ? several.Select(s => Parse(o.First().Key, s, at)).ToList()
                : [Parse(o.First().Key, o.First().Value, at)],
            { } one when IsScalar(one) => new List<ValueMatcher> { Equal(one) },
            _ => throw new FormatException($"anything-but needs a value, a list of values or a match expression at {at}"),
        };
        return new ValueMatcher(v => !refused.Any(m => m.Matches(v)));
    }

    private static ValueMatcher Numeric(JsonArray range, string at)
    {
        var tests = range.Chunk(2).Select(pair => (Operator: Text(pair[0]), Bound: Number(pair[1]) ?? throw new FormatException($"Value of numeric must be a number at {at}")))
            .Select(t => t.Operator switch
            {
                "=" => (Func<double, bool>)(v => v == t.Bound),
                "<" => v => v < t.Bound,
                "<=" => v => v <= t.Bound,
                ">" => v => v > t.Bound,
                ">=" => v => v >= t.Bound,
                _ => throw new FormatException($"Unrecognized numeric range operator: {t.Operator} at {at}"),
            }).ToList();
        return new ValueMatcher(v => Number(v) is { } number && tests.All(t => t(number)));
    }

    private static ValueMatcher Cidr(string cidr, string at)
    {
        if (!IPNetwork.TryParse(cidr, out var network))
            throw new FormatException($"Malformed CIDR, one '/' required at {at}");
        return OnText(v => IPAddress.TryParse(v, out var address) && network.Contains(address));
    }

    private static ValueMatcher Equal(JsonNode? expected)
    {
        if (Number(expected) is { } number)
            return new ValueMatcher(v => Number(v) == number);
        if (Text(expected) is { } text)
            return new ValueMatcher(v => Text(v) == text);
        var kind = expected?.GetValueKind() ?? JsonValueKind.Null;
        return new ValueMatcher(v => (v?.GetValueKind() ?? JsonValueKind.Null) == kind);
    }

    private static ValueMatcher OnText(Func<string, bool> test) => new(v => Text(v) is { } text && test(text));

    private static bool IsScalar(JsonNode? node) => node is not (JsonObject or JsonArray);

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static double? Number(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && double.TryParse(node.ToJsonString(), out var number) ? number : null;
}
