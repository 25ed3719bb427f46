using System.Text;

namespace MLOps.Ledger.Exports;

/// <summary>Reads the rows of a CSV file as RFC 4180 writes them.</summary>
internal static class CsvRows
{
    /// <exception cref="FormatException">A quote stands where none may.</exception>
    public static IEnumerable<IReadOnlyList<string>> Read(TextReader text)
    {
        var row = new List<string>();
        var cell = new StringBuilder();
        var (quoted, closed, any) = (false, false, false);
        for (var next = text.Read(); next >= 0; next = text.Read())
        {
            var letter = (char)next;
            any = true;
            if (quoted)
            {
                if (letter != '"')
                {
                    cell.Append(letter);
                }
                else if (text.Peek() == '"')
                {
                    text.Read();
                    cell.Append('"');
                }
                else
                {
                    (quoted, closed) = (false, true);
                }
                continue;
            }
            switch (letter)
            {
                case '"' when cell.Length == 0 && !closed:
                    quoted = true;
                    break;
                case ',':
                    row.Add(cell.ToString());
                    cell.Clear();
                    closed = false;
                    break;
                case '\r' when text.Peek() == '\n':
                    break;
                case '\n':
                    row.Add(cell.ToString());
                    cell.Clear();
                    yield return row;
                    (row, closed, any) = ([], false, false);
                    break;
                case '"':
                    throw new FormatException("A quote stands in the middle of a cell.");
                default:
                    if (closed)
                        throw new FormatException("Text stands behind a cell's closing quote.");
                    cell.Append(letter);
                    break;
            }
        }
        if (quoted)
            throw new FormatException("A quote is not closed.");
        if (any)
        {
            row.Add(cell.ToString());
            yield return row;
        }
    }
}
