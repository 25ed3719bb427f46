using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>What a target gets of an event: all of it, a constant, a part, or a template filled with parts.</summary>
internal static partial class TargetInput
{
    /// <exception cref="AwsException">ValidationException: a path or a constant that is none.</exception>
    public static void Check(JsonObject target)
    {
        if (target.Text("Input") is { } constant && !IsJson(constant))
            throw AwsException.Validation($"Input of target {target.Required("Id")} is not valid JSON.");
        if (target.Text("InputPath") is { } path)
            CheckPath(path);
        var transformer = target.Object("InputTransformer");
        var paths = transformer?.Object("InputPathsMap") ?? [];
        foreach (var (_, value) in paths)
            CheckPath(value!.GetValue<string>());
        foreach (Match name in Placeholder().Matches(transformer?.Text("InputTemplate") ?? ""))
            if (!paths.ContainsKey(name.Groups[1].Value) && !name.Groups[1].Value.StartsWith("aws.", StringComparison.Ordinal))
                throw AwsException.Validation($"InputTemplate for target {target.Required("Id")} contains placeholder {name.Groups[1].Value} which is not in InputPathsMap.");
    }

    public static string Of(JsonObject target, JsonObject happened, string ruleArn)
    {
        if (target.Text("Input") is { } constant)
            return constant;
        if (target.Text("InputPath") is { } path)
            return Select(happened, path)?.ToJsonString() ?? "null";
        if (target.Object("InputTransformer") is not { } transformer)
            return happened.ToJsonString();
        var paths = transformer.Object("InputPathsMap") ?? [];
        var template = transformer.Required("InputTemplate");
        return Placeholder().Replace(template, match =>
        {
            var name = match.Groups[1].Value;
            var value = name switch
            {
                "aws.events.rule-arn" => JsonValue.Create(ruleArn),
                "aws.events.rule-name" => JsonValue.Create(ruleArn[(ruleArn.LastIndexOf('/') + 1)..]),
                "aws.events.event" or "aws.events.event.json" => happened,
                "aws.events.event.ingestion-time" => happened["time"],
                _ => paths.Text(name) is { } where ? Select(happened, where) : null,
            };
            // Within quotes a text stands bare; elsewhere as JSON.
            return InQuotes(template, match.Index) ? value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String
                ? JsonEncodedText.Encode(scalar.GetValue<string>(), System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()
                : value?.ToJsonString() ?? "" : value?.ToJsonString() ?? "\"\"";
        });
    }

    private static bool InQuotes(string template, int index)
    {
        var inside = false;
        for (var i = 0; i < index; i++)
            if (template[i] == '\\')
                i++;
            else if (template[i] == '"')
                inside = !inside;
        return inside;
    }

    private static JsonNode? Select(JsonNode? node, string path)
    {
        foreach (Match step in Step().Matches(path))
            node = step.Groups["index"].Success
                ? node is JsonArray array && int.Parse(step.Groups["index"].Value) is var i && i < array.Count ? array[i] : null
                : (node as JsonObject)?[step.Groups["name"].Value];
        return node;
    }

    private static void CheckPath(string path)
    {
        if (!Path().IsMatch(path))
            throw AwsException.Validation($"The JSON path {path} is not valid: the local cloud takes paths such as $.detail.name and $.resources[0].");
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"<([A-Za-z0-9_.\-]+)>")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\$(\.[A-Za-z0-9_\-]+|\['[^']+'\]|\[\d{1,6}\])*$")]
    private static partial Regex Path();

    [GeneratedRegex(@"\.(?<name>[A-Za-z0-9_\-]+)|\['(?<name>[^']+)'\]|\[(?<index>\d+)\]")]
    private static partial Regex Step();
}
