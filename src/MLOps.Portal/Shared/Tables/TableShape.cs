using System.Globalization;
using System.Text;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Shared.Tables;

/// <summary>What a list's table looks like: its columns, how they sort, and the file they make.</summary>
/// <param name="Name">Names the table in what the browser remembers and in the file's name: <c>pipelines</c>.</param>
public sealed class TableShape<T>(string name, params IReadOnlyList<TableColumn<T>> columns)
{
    public string Name { get; } = name;

    public IReadOnlyList<TableColumn<T>> Columns { get; } = columns;

    /// <summary>The items in the order that the address asks for (<c>name</c>, <c>-name</c>); else as they come. What has no value stands last.</summary>
    public List<T> Order(IEnumerable<T> items, string? sort)
    {
        var down = sort?.StartsWith('-') == true;
        var by = Columns.FirstOrDefault(c => c.Key == sort?.TrimStart('-'))?.By;
        if (by is null)
            return [.. items];
        var comparer = Comparer<IComparable?>.Create((x, y) => Compare(x, y, down));
        return [.. items.OrderBy(by, comparer)];
    }

    /// <summary>Writes the items as CSV in UTF-8, with a mark that spreadsheets know it by.</summary>
    public async Task WriteCsvAsync(IEnumerable<T> items, Stream target)
    {
        var written = Columns.Where(c => !c.IsSilent).ToList();
        await using var writer = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(string.Join(',', written.Select(c => CsvCell.Of(c.Title))));
        foreach (var item in items)
            await writer.WriteLineAsync(string.Join(',', written.Select(c => CsvCell.Of(c.Text(item)))));
    }

    private static int Compare(IComparable? x, IComparable? y, bool down)
    {
        if (x is null || y is null)
            return (x is null ? 1 : 0) - (y is null ? 1 : 0);
        var order = x is string a && y is string b ? string.Compare(a, b, StringComparison.OrdinalIgnoreCase) : x.CompareTo(y);
        return down ? -order : order;
    }
}

/// <summary>Values as an exported file says them.</summary>
public static class CsvText
{
    /// <summary>ISO 8601 in UTC, to the second; empty where not known.</summary>
    public static string Of(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A number; empty where not known.</summary>
    public static string Of(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A length of time in seconds; empty where one end is not known.</summary>
    public static string Seconds(DateTimeOffset? from, DateTimeOffset? to) => from is null || to is null ? "" : Of(Math.Round((to - from).Value.TotalSeconds, 1));
}
