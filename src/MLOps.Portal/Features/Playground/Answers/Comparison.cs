using System.Text.Json;
using MLOps.Portal.Features.Playground.Formats;

namespace MLOps.Portal.Features.Playground.Answers;

/// <summary>One value of two answers.</summary>
/// <param name="Place">Where it stands: <c>predictions[0].label</c>, <c>row 1, value 2</c>, <c>line 3</c>.</param>
/// <param name="One">Null where the first answer has nothing there.</param>
public sealed record ComparedValue(string Place, string? One, string? Two)
{
    public bool Differs => !string.Equals(One, Two, StringComparison.Ordinal);
}

/// <summary>Two answers to the same input, value by value.</summary>
internal static class Comparison
{
    private const int Most = 400;

    public static IReadOnlyList<ComparedValue> Of(string one, string oneType, string two, string twoType)
    {
        var (first, second) = (Values(one, oneType), Values(two, twoType));
        var rest = second.DistinctBy(v => v.Place).ToDictionary(v => v.Place, v => v.Value);
        var compared = new List<ComparedValue>();
        foreach (var (place, value) in first)
            compared.Add(new(place, value, rest.Remove(place, out var other) ? other : null));
        compared.AddRange(second.Where(v => rest.ContainsKey(v.Place)).Select(v => new ComparedValue(v.Place, null, v.Value)));
        return [.. compared.Take(Most)];
    }

    private static List<(string Place, string Value)> Values(string text, string type)
    {
        try
        {
            if (MediaTypes.IsCsv(type))
                return [.. BodyFormats.CsvRows(text).SelectMany((row, r) => row.Select((cell, c) => ($"row {r + 1}, value {c + 1}", cell.Trim()))).Take(Most)];
            if (MediaTypes.IsJson(type) || text.StartsWith('{') || text.StartsWith('['))
            {
                using var json = JsonDocument.Parse(text);
                return [.. Leaves("", json.RootElement).Take(Most)];
            }
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            // Compared as text.
        }
        return [.. text.Split('\n').Select((line, i) => ($"line {i + 1}", line.TrimEnd('\r'))).Take(Most)];
    }

    private static IEnumerable<(string Place, string Value)> Leaves(string place, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Leaves(place.Length == 0 ? p.Name : $"{place}.{p.Name}", p.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany((v, i) => Leaves($"{place}[{i}]", v)),
        JsonValueKind.String => [(place.Length == 0 ? "the answer" : place, json.GetString()!)],
        _ => [(place.Length == 0 ? "the answer" : place, json.GetRawText())],
    };
}
