using System.Globalization;
using System.Text.Json;
using MLOps.Cloud.Capture;

namespace MLOps.Cloud.Drift;

/// <summary>Reads the rows and the predictions out of captured bodies: CSV, JSON and JSON lines in the usual forms.</summary>
internal static class TrafficRows
{
    private static readonly string[] Containers = ["instances", "inputs", "features", "data"];
    private static readonly string[] Answers = ["predictions", "outputs", "results"];
    private static readonly string[] Labels = ["label", "predicted_label", "prediction", "class", "value", "score"];

    /// <summary>The rows of a request by the order of the features; none where the body is not of that form.</summary>
    public static List<string[]> Inputs(CapturedRequest request, IReadOnlyList<string> features)
    {
        if (request.IsBinary)
            return [];
        var rows = Kind(request.InputType) switch
        {
            "text/csv" => Csv.Rows(request.Input).Where(r => !r.SequenceEqual(features)),
            "application/json" or "application/jsonlines" => Documents(request.Input).SelectMany(d => JsonRows(d, features)),
            _ => [],
        };
        return [.. rows.Where(r => r.Length == features.Count)];
    }

    /// <summary>The predictions of an answer as words or numbers.</summary>
    public static List<string> Predictions(CapturedRequest request) => request.IsBinary ? [] : Kind(request.OutputType) switch
    {
        "text/csv" => [.. Csv.Rows(request.Output).Select(r => r[0])],
        "application/json" or "application/jsonlines" => [.. Documents(request.Output).SelectMany(Predicted)],
        _ => [],
    };

    private static string Kind(string type) => type.Split(';')[0].Trim().ToLowerInvariant();

    private static IEnumerable<JsonElement> Documents(string text)
    {
        var whole = Parse(text);
        return whole is { } one ? [one] : text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).OfType<JsonElement>();
    }

    private static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string[]> JsonRows(JsonElement value, IReadOnlyList<string> features)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in Containers)
                if (!features.Contains(name) && value.TryGetProperty(name, out var inner))
                    return JsonRows(inner, features);
            return features.All(f => value.TryGetProperty(f, out _)) ? [[.. features.Select(f => Text(value.GetProperty(f)))]] : [];
        }
        if (value.ValueKind != JsonValueKind.Array)
            return [];
        return value.GetArrayLength() > 0 && value[0].ValueKind is JsonValueKind.Array or JsonValueKind.Object
            ? value.EnumerateArray().SelectMany(v => JsonRows(v, features)) : [[.. value.EnumerateArray().Select(Text)]];
    }

    private static IEnumerable<string> Predicted(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                return value.EnumerateArray().SelectMany(Predicted);
            case JsonValueKind.Object:
                foreach (var name in Answers)
                    if (value.TryGetProperty(name, out var inner))
                        return Predicted(inner);
                foreach (var name in Labels)
                    if (value.TryGetProperty(name, out var label) && label.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                        return [Text(label)];
                return [];
            case JsonValueKind.String or JsonValueKind.Number:
                return [Text(value)];
            default:
                return [];
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetDouble(out var number) => number.ToString("R", CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
