using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;

namespace MLOps.Portal.Features.Playground.Formats;

/// <summary>Turns rows from CSV into JSON or JSON lines and back.</summary>
internal static class BodyFormats
{
    private static readonly string[] Wrappers = ["instances", "inputs", "features", "data", "predictions"];
    private static readonly CsvReaderOptions Reading = new() { HasHeader = false, SkipEmptyLines = true, MalformedData = CsvMalformedDataHandling.Throw };
    private static readonly CsvWriterOptions Writing = new() { NewLine = "\n" };

    /// <summary>Whether bodies of the one type can be made into the other.</summary>
    public static bool Converts(string from, string to) => Knows(from) && Knows(to) && Kind(from) != Kind(to);

    /// <summary>The same rows in another type.</summary>
    /// <exception cref="FormatException">The body is not of its type; the message says where.</exception>
    public static string Convert(string body, string from, string to)
    {
        var (names, rows) = Read(body, from);
        if (rows.Count == 0)
            throw new FormatException("There is no row to convert.");
        return Kind(to) switch
        {
            'c' => Csv(names, rows),
            'l' => string.Join('\n', rows.Select(r => Row(names, r).ToJsonString())),
            _ => new JsonObject { ["instances"] = new JsonArray([.. rows.Select(r => Row(names, r))]) }.ToJsonString(Pretty.Laid),
        };
    }

    /// <summary>The cells of a CSV text.</summary>
    /// <exception cref="FormatException">The text is no CSV.</exception>
    public static List<string[]> CsvRows(string text)
    {
        try
        {
            using var reader = CsvReader.FromText(text, Reading);
            var rows = new List<string[]>();
            while (reader.Read())
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
            return rows;
        }
        catch (CsvFormatException e)
        {
            throw new FormatException($"This is no CSV: {e.Message}", e);
        }
    }

    /// <summary>One line of CSV.</summary>
    public static string CsvLine(IEnumerable<string> values) => Csv(null, [[.. values.Select(v => (JsonNode?)JsonValue.Create(v))]]);

    private static bool Knows(string type) => MediaTypes.IsCsv(type) || MediaTypes.IsJson(type) || MediaTypes.IsLines(type);

    private static char Kind(string type) => MediaTypes.IsCsv(type) ? 'c' : MediaTypes.IsLines(type) ? 'l' : 'j';

    private static (string[]? Names, List<JsonNode?[]> Rows) Read(string body, string type)
    {
        if (Kind(type) == 'c')
        {
            var cells = CsvRows(body);
            var hasHead = cells.Count > 1 && cells[0].All(c => c.Length > 0 && !IsNumber(c)) && cells.Skip(1).Any(r => r.Any(IsNumber));
            return (hasHead ? [.. cells[0].Select(c => c.Trim())] : null, [.. cells.Skip(hasHead ? 1 : 0).Select(r => r.Select(Value).ToArray())]);
        }
        var items = Kind(type) == 'l' ? Lines(body) : Items(Parse(body, "The body"));
        var names = items.OfType<JsonObject>().SelectMany(o => o.Select(p => p.Key)).Distinct().ToArray();
        return names.Length == 0
            ? (null, [.. items.Select(i => i is JsonArray row ? row.Select(Copy).ToArray() : [Copy(i)])])
            : (names, [.. items.Select(i => i is JsonObject o ? names.Select(n => Copy(o[n])).ToArray()
                : throw new FormatException("The body mixes rows with and without names."))]);
    }

    private static List<JsonNode?> Lines(string body) =>
        [.. body.Split('\n').Select((line, i) => (line, i)).Where(l => !string.IsNullOrWhiteSpace(l.line)).SelectMany(l => Items(Parse(l.line, $"Line {l.i + 1}")))];

    /// <summary>The rows of what models take: a row, rows, or either inside a wrapper such as <c>instances</c>.</summary>
    private static List<JsonNode?> Items(JsonNode? node) => node switch
    {
        JsonObject wrapper when wrapper.FirstOrDefault(p => Wrappers.Contains(p.Key) && p.Value is JsonArray or JsonObject) is { Value: { } inside } => Items(inside),
        JsonArray rows when rows.Count > 0 && rows.All(r => r is JsonArray or JsonObject) => [.. rows.SelectMany(Items)],
        JsonArray { Count: 0 } => [],
        _ => [node],
    };

    private static JsonNode? Parse(string text, string where)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new FormatException($"{where} is no JSON: {e.Message}", e);
        }
    }

    private static JsonNode Row(string[]? names, JsonNode?[] row) => names is null
        ? new JsonArray([.. row.Select(Copy)])
        : new JsonObject(names.Zip(row, (n, v) => KeyValuePair.Create(n, Copy(v))));

    private static string Csv(string[]? names, IReadOnlyList<JsonNode?[]> rows)
    {
        var text = new StringBuilder();
        using (var writer = CsvWriter.Create(new StringWriter(text, CultureInfo.InvariantCulture), Writing))
        {
            if (names is not null)
                writer.WriteRecord(names);
            foreach (var row in rows)
                writer.WriteRecord([.. row.Select(v => v is JsonValue text && text.TryGetValue(out string? word) ? word : v?.ToJsonString() ?? "")]);
        }
        return text.ToString().TrimEnd('\n');
    }

    private static JsonNode? Value(string cell) => cell.Trim() is var text && IsNumber(text) ? JsonNode.Parse(Number(text)) : JsonValue.Create(cell);

    /// <summary>A number as JSON writes it: 5. and .5 are none there.</summary>
    private static string Number(string text) => JsonNumber(text) ? text : double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    private static bool JsonNumber(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return parsed.RootElement.ValueKind == JsonValueKind.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);

    private static JsonNode? Copy(JsonNode? node) => node?.DeepClone();
}
