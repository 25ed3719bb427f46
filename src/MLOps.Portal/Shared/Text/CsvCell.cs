using System.Buffers;
using System.Globalization;

namespace MLOps.Portal.Shared.Text;

/// <summary>One cell of a CSV file (RFC 4180) that a spreadsheet takes for text, never for a formula.</summary>
public static class CsvCell
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",;\"\r\n");

    /// <summary>
    /// The cell as it is written. A text that a spreadsheet would run (it begins with <c>= + - @</c>, a tab or a line break) gets an
    /// apostrophe in front; a plain number stays a number.
    /// </summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        if (IsFormula(text))
            text = "'" + text;
        return text.AsSpan().ContainsAny(NeedQuotes) || text[0] == ' ' || text[^1] == ' ' ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static bool IsFormula(string text)
    {
        // Spreadsheets pass over white space in front.
        var first = text.AsSpan().TrimStart();
        return text[0] is '\t' or '\r' or '\n'
            || first.Length > 0 && first[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠'
            && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }
}
