using System.Text;
using System.Text.Json;

namespace MLOps.Portal.Features.Transforms;

/// <summary>The beginning of a result as rows: of CSV its columns, of JSON lines their members or the members of the list in them, of anything else its lines.</summary>
/// <param name="IsCut">Whether there is more than is shown.</param>
/// <param name="Size">Of the whole file, in bytes.</param>
public sealed record ResultTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, bool IsCut, long Size)
{
    private const int MostRows = 50;
    private const int MostBytes = 256 * 1024;

    /// <summary>Reads no more of a stream than is shown.</summary>
    public static async Task<ResultTable> ReadAsync(Stream content, long size, CancellationToken cancelled)
    {
        var buffer = new byte[MostBytes];
        var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancelled);
        return Read(Encoding.UTF8.GetString(buffer, 0, length), size > length, size);
    }

    /// <summary>The rows of a text whose end may be missing.</summary>
    public static ResultTable Read(string text, bool isCut, long size)
    {
        var lines = text.Split('\n').Select(l => l.TrimEnd('\r')).ToList();
        if (isCut)
            lines.RemoveAt(lines.Count - 1);
        lines.RemoveAll(l => l.Length == 0);
        var shown = lines.Take(MostRows).ToList();
        var cut = isCut || lines.Count > shown.Count;
        return shown.Count > 0 && shown.TrueForAll(l => l[0] is '{' or '[') && Json(shown) is var (columns, rows)
            ? new ResultTable(columns, rows, cut, size)
            : Csv(shown, cut, size);
    }

    private static ResultTable Csv(List<string> lines, bool isCut, long size)
    {
        var rows = lines.ConvertAll(l => (IReadOnlyList<string>)Cells(l));
        var width = rows.Count == 0 ? 0 : rows.Max(r => r.Count);
        return new ResultTable([.. Enumerable.Range(1, width).Select(i => $"column {i}")], rows, isCut, size);
    }

    /// <summary>Objects and lists, a column for each member; null where a line is no JSON.</summary>
    private static (IReadOnlyList<string>, IReadOnlyList<IReadOnlyList<string>>)? Json(List<string> lines)
    {
        try
        {
            var rows = lines.SelectMany(RowsOf).Take(MostRows).ToList();
            var columns = rows.SelectMany(r => r.Keys).Distinct().ToList();
            return (columns, rows.ConvertAll(r => (IReadOnlyList<string>)columns.ConvertAll(c => r.GetValueOrDefault(c) ?? "")));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A line's rows: one, or one for each member of its list where it holds a list of objects, such as the answers to several rows that were sent together.</summary>
    private static List<Dictionary<string, string>> RowsOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        var lists = root.ValueKind == JsonValueKind.Object ? root.EnumerateObject().Where(m => IsListOfObjects(m.Value)).ToList() : [];
        if (lists.Count != 1)
            return [CellsOf(root, [])];
        var rest = root.EnumerateObject().Where(m => m.Name != lists[0].Name).ToList();
        return [.. lists[0].Value.EnumerateArray().Select(one => CellsOf(one, rest))];
    }

    private static bool IsListOfObjects(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0 && element.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Object);

    private static Dictionary<string, string> CellsOf(JsonElement element, List<JsonProperty> beside)
    {
        var cells = new Dictionary<string, string>();
        Flatten(element, "", cells);
        foreach (var member in beside)
            Flatten(member.Value, member.Name, cells);
        return cells;
    }

    private static void Flatten(JsonElement element, string path, Dictionary<string, string> cells)
    {
        if (element.ValueKind == JsonValueKind.Object)
            foreach (var member in element.EnumerateObject())
                Flatten(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", cells);
        else
            cells[path.Length == 0 ? "value" : path] = element.ToString();
    }

    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                cell.Append(line[i++]);
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
                cell.Append(line[i]);
        }
        cells.Add(cell.ToString());
        return cells;
    }
}
