using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Services.Logs.Filtering;

/// <summary>Reads <c>{ ($.level = "err*" || $.status >= 500) &amp;&amp; $.user NOT EXISTS }</c>.</summary>
internal sealed partial class JsonFilterParser
{
    private readonly List<Token> tokens = [];
    private int next;

    private JsonFilterParser(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var match = Tokens().Match(text, at);
            if (!match.Success)
                throw LogFilter.Invalid($"'{text[at..]}' is unexpected");
            at += match.Length;
            var kind = match.Groups.Values.Skip(1).First(g => g.Success);
            if (kind.Name != "space")
                tokens.Add(new Token(kind.Name, kind.Value));
        }
    }

    public static Func<string, bool> Parse(string pattern)
    {
        if (pattern[^1] != '}')
            throw LogFilter.Invalid("a JSON pattern ends with }");
        var parser = new JsonFilterParser(pattern[1..^1]);
        var condition = parser.Either(0);
        if (parser.next < parser.tokens.Count)
            throw LogFilter.Invalid($"'{parser.tokens[parser.next].Text}' is unexpected");
        return message => ParseMessage(message) is { } json && condition(json);
    }

    private Func<JsonNode, bool> Either(int depth)
    {
        if (depth > 50)
            throw LogFilter.Invalid("it is nested too deeply");
        var left = Both(depth);
        while (Take("||"))
        {
            var (one, other) = (left, Both(depth));
            left = json => one(json) || other(json);
        }
        return left;
    }

    private Func<JsonNode, bool> Both(int depth)
    {
        var left = Condition(depth);
        while (Take("&&"))
        {
            var (one, other) = (left, Condition(depth));
            left = json => one(json) && other(json);
        }
        return left;
    }

    private Func<JsonNode, bool> Condition(int depth)
    {
        if (Take("("))
        {
            var inner = Either(depth + 1);
            return Take(")") ? inner : throw LogFilter.Invalid(") is missing");
        }
        var path = Steps(Expect("path"));
        if (Take("NOT"))
            return Take("EXISTS") ? json => !Find(json, path, out _) : throw LogFilter.Invalid("NOT is followed by EXISTS");
        if (Take("IS"))
            return Expect("word") switch
            {
                "NULL" => json => Find(json, path, out var value) && value is null,
                "TRUE" => json => Find(json, path, out var value) && value?.GetValueKind() == JsonValueKind.True,
                "FALSE" => json => Find(json, path, out var value) && value?.GetValueKind() == JsonValueKind.False,
                var word => throw LogFilter.Invalid($"IS {word} is not NULL, TRUE or FALSE"),
            };
        var compare = Expect("operator");
        var test = Comparison(compare, Next());
        return json => Find(json, path, out var value) && test(value);
    }

    private static Func<JsonNode?, bool> Comparison(string compare, Token operand)
    {
        if (operand.Kind == "number" && double.TryParse(operand.Text, CultureInfo.InvariantCulture, out var bound))
            return value => value?.GetValueKind() == JsonValueKind.Number && double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) is var number && compare switch
            {
                "=" => number == bound,
                "!=" => number != bound,
                "<" => number < bound,
                "<=" => number <= bound,
                ">" => number > bound,
                _ => number >= bound,
            };
        if (compare is not ("=" or "!=") || operand.Kind is not ("quoted" or "word" or "regex"))
            throw LogFilter.Invalid($"'{compare} {operand.Text}' compares with no number, text or regular expression");
        var regex = operand.Kind == "regex" ? LogFilter.Regex(operand.Text) : Wildcards(operand.Text);
        return value => value is JsonValue && regex.IsMatch(value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()) == (compare == "=");
    }

    private static Regex Wildcards(string text) =>
        LogFilter.Regex("^" + string.Join(".*", text.Replace("\\\"", "\"", StringComparison.Ordinal).Split('*').Select(System.Text.RegularExpressions.Regex.Escape)) + "$");

    private static List<string> Steps(string path) => [.. PathSteps().Matches(path).Select(m => m.Groups[1].Value)];

    private static bool Find(JsonNode? node, List<string> steps, out JsonNode? value)
    {
        value = null;
        foreach (var step in steps)
        {
            if (node is JsonObject o && o.TryGetPropertyValue(step, out var member))
                node = member;
            else if (node is JsonArray array && int.TryParse(step, out var index) && index < array.Count)
                node = array[index];
            else
                return false;
        }
        value = node;
        return true;
    }

    private static JsonNode? ParseMessage(string message)
    {
        if (!message.AsSpan().TrimStart().StartsWith("{"))
            return null;
        try
        {
            return JsonNode.Parse(message);
        }
        catch (JsonException)
        {
            // A line that is no JSON matches no JSON pattern.
            return null;
        }
    }

    private Token Next() => next < tokens.Count ? tokens[next++] : throw LogFilter.Invalid("it ends too early");

    private bool Take(string text)
    {
        if (next == tokens.Count || tokens[next].Text != text || tokens[next].Kind is "quoted" or "regex")
            return false;
        next++;
        return true;
    }

    private string Expect(string kind) => Next() is var token && token.Kind == kind ? token.Text : throw LogFilter.Invalid($"'{token.Text}' is unexpected");

    private readonly record struct Token(string Kind, string Text);

    [GeneratedRegex("""\G(?:(?<space>\s+)|(?<path>\$(?:\.[A-Za-z0-9_\-]+|\[\d{1,6}\])+)|(?<operator>!=|<=|>=|=|<|>)|(?<joint>&&|\|\||[()])|"(?<quoted>(?:[^"\\]|\\.)*)"|%(?<regex>[^%]+)%|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.*\-]))|(?<word>[\w.*\-:/@]+))""", RegexOptions.ExplicitCapture)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"[.\[]([A-Za-z0-9_\-]+)")]
    private static partial Regex PathSteps();
}
