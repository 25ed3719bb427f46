using System.Globalization;
using System.Text.Json;
using MLOps.Portal.Features.Playground.Formats;

namespace MLOps.Portal.Features.Playground.Answers;

/// <summary>An answer read as a table: one prediction a row.</summary>
public sealed record Predictions(IReadOnlyList<string> Columns, IReadOnlyList<Prediction> Rows)
{
    private const int MostRows = 1000;
    private const int MostColumns = 60;

    private static readonly string[] Wrappers = ["predictions", "outputs", "instances", "data", "results"];
    private static readonly string[] Labels = ["label", "predicted_label", "prediction", "class", "score", "value"];
    private static readonly string[] Shares = ["probabilities", "probability", "scores"];

    /// <summary>Whether the rows tell how likely each class is.</summary>
    public bool HasShares => Rows.Any(r => r.Shares.Count > 1);

    /// <summary>The labels of the rows in their order.</summary>
    public IEnumerable<string> Answers => Rows.Select(r => r.Label);

    /// <summary>Reads an answer; null where it is no table.</summary>
    public static Predictions? Read(string text, string contentType)
    {
        try
        {
            if (MediaTypes.IsCsv(contentType))
                return Csv(text);
            if (MediaTypes.IsLines(contentType))
                return Json([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostRows).Select(Parse)]);
            if (MediaTypes.IsJson(contentType) || text.StartsWith('{') || text.StartsWith('['))
                return Json(Items(Parse(text)));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            // Not what it says it is: the text view shows it as it came.
        }
        return null;
    }

    private static Predictions? Csv(string text)
    {
        var rows = BodyFormats.CsvRows(text).Take(MostRows).ToList();
        if (rows.Count == 0)
            return null;
        var width = rows.Max(r => r.Length);
        return new([.. Enumerable.Range(0, width).Select(i => i == 0 ? "answer" : $"value {i + 1}")], [.. rows.Select(r => new Prediction(r[0].Trim(), r, []))]);
    }

    private static Predictions? Json(IReadOnlyList<JsonElement> items)
    {
        if (items.Count == 0)
            return null;
        var flat = items.Take(MostRows).Select(Flat).ToList();
        var columns = flat.SelectMany(f => f.Cells.Select(c => c.Name)).Distinct().Take(MostColumns).ToList();
        return new(columns, [.. flat.Select(f => new Prediction(f.Label, [.. columns.Select(c => f.Cells.FirstOrDefault(cell => cell.Name == c).Value ?? "")], f.Shares))]);
    }

    private static (string Label, List<(string Name, string Value)> Cells, IReadOnlyList<(string Class, double Share)> Shares) Flat(JsonElement item)
    {
        var cells = new List<(string, string)>();
        var shares = new List<(string, double)>();
        if (item.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in item.EnumerateObject())
            {
                if (Shares.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Object)
                {
                    foreach (var share in member.Value.EnumerateObject())
                    {
                        cells.Add((share.Name, Word(share.Value)));
                        if (share.Value.ValueKind == JsonValueKind.Number)
                            shares.Add((share.Name, share.Value.GetDouble()));
                    }
                }
                else
                {
                    cells.Add((member.Name, Word(member.Value)));
                }
            }
            var label = Labels.FirstOrDefault(l => item.TryGetProperty(l, out _));
            return (label is null ? item.GetRawText() : Word(item.GetProperty(label)), cells, shares);
        }
        if (item.ValueKind == JsonValueKind.Array)
        {
            var i = 0;
            foreach (var value in item.EnumerateArray())
                cells.Add(($"value {++i}", Word(value)));
            // A list of numbers that add up to one is how likely each class is.
            if (item.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number) && i > 1 && Math.Abs(item.EnumerateArray().Sum(v => v.GetDouble()) - 1) < 0.01)
                shares.AddRange(item.EnumerateArray().Select((v, n) => (n.ToString(CultureInfo.InvariantCulture), v.GetDouble())));
            return (i == 1 ? cells[0].Item2 : item.GetRawText(), cells, shares);
        }
        return (Word(item), [("answer", Word(item))], []);
    }

    private static IReadOnlyList<JsonElement> Items(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in Wrappers)
            {
                if (json.TryGetProperty(name, out var inside) && inside.ValueKind == JsonValueKind.Array)
                    return Items(inside);
            }
        }
        return json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Take(MostRows)] : [json];
    }

    private static JsonElement Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    private static string Word(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}

/// <summary>One prediction.</summary>
/// <param name="Cells">In the order of the table's columns.</param>
/// <param name="Shares">How likely each class is, 0 to 1, as the model has them.</param>
public sealed record Prediction(string Label, IReadOnlyList<string> Cells, IReadOnlyList<(string Class, double Share)> Shares);
