using System.Globalization;
using System.Text;

namespace MLOps.Cloud.Drift;

/// <summary>Training data as columns: the features in order, and the target.</summary>
internal sealed record TrainingTable(IReadOnlyList<string> Features, IReadOnlyList<string[]> Rows, IReadOnlyList<string> Targets, string Target)
{
    private const int MostRows = 50_000;

    /// <summary>Reads CSV. The first row names the columns where none of its cells is a number; the target is a name or a column's number, the first where it is empty.</summary>
    public static TrainingTable? Read(IEnumerable<string> files, string target)
    {
        string[]? header = null;
        var rows = new List<string[]>();
        foreach (var file in files)
        {
            var lines = Csv.Rows(file).Take(MostRows - rows.Count + 1).ToList();
            if (lines.Count == 0)
                continue;
            if (!lines[0].Any(IsNumber))
            {
                header ??= lines[0];
                lines.RemoveAt(0);
            }
            rows.AddRange(lines);
        }
        var width = header?.Length ?? rows.FirstOrDefault()?.Length ?? 0;
        if (width < 2)
            return null;
        header ??= [.. Enumerable.Range(0, width).Select(i => $"column {i}")];
        var column = Array.IndexOf(header, target) is >= 0 and var named ? named : int.TryParse(target, CultureInfo.InvariantCulture, out var number) && number >= 0 && number < width ? number : 0;
        var whole = rows.Where(r => r.Length == width).ToList();
        return new TrainingTable(
            [.. header.Where((_, i) => i != column)], [.. whole.Select(r => r.Where((_, i) => i != column).ToArray())], [.. whole.Select(r => r[column])], header[column]);
    }

    public static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);
}

/// <summary>Reads comma-separated values with quotes, as RFC 4180 has them.</summary>
internal static class Csv
{
    public static IEnumerable<string[]> Rows(string text)
    {
        var (cells, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (quoted && i < text.Length)
            {
                if (c != '"')
                    cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[i++]);
                else
                    quoted = false;
                continue;
            }
            if (c == '"' && cell.Length == 0)
                quoted = true;
            else if (c is ',' or '\n')
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
                if (c == '\n')
                {
                    if (cells.Count > 1 || cells[0].Length > 0)
                        yield return [.. cells];
                    cells.Clear();
                }
            }
            else
                cell.Append(c);
        }
    }
}
