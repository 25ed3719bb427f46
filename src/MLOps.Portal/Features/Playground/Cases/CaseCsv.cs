using System.Globalization;
using System.Text;
using CsvHelper;
using MLOps.Portal.Features.Playground.Formats;

namespace MLOps.Portal.Features.Playground.Cases;

/// <summary>
/// Cases as CSV. What is exported has a column a member and can be imported again as it was; text that a spreadsheet would run as a formula is
/// written with an apostrophe before it. A file of labelled data can be imported too: its column <c>expected</c> or <c>label</c> holds the
/// answer, and all others are sent.
/// </summary>
internal static class CaseCsv
{
    private const string Formulas = "=@+-\t\r";
    private static readonly string[] Head = ["name", "content_type", "accept", "custom_attributes", "expected", "body", "body_base64"];
    private static readonly CsvReaderOptions Reading = new() { SkipEmptyLines = true, TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw, IncludeValuesInExceptions = false };
    private static readonly CsvWriterOptions Writing = new() { Injection = CsvInjection.Escape };

    public static string Write(IEnumerable<SavedCase> cases)
    {
        var text = new StringBuilder();
        using (var writer = CsvWriter.Create(new StringWriter(text, CultureInfo.InvariantCulture), Writing))
        {
            writer.WriteRecord(Head);
            foreach (var one in cases)
            {
                var body = Pretty.TextOf(one.Body);
                writer.WriteRecord([.. new[] { one.Name, one.ContentType, one.Accept, one.CustomAttributes, one.Expected, body ?? "", body is null ? Convert.ToBase64String(one.Body) : "" }.Select(Kept)]);
            }
        }
        return text.ToString();
    }

    /// <summary>Reads cases of an endpoint.</summary>
    /// <exception cref="FormatException">The text is no such CSV; the message names the line.</exception>
    public static IReadOnlyList<SavedCase> Read(string text, string connection, string endpoint)
    {
        var cases = new List<SavedCase>();
        try
        {
            using var csv = CsvReader.FromText(text.TrimStart('\uFEFF'), Reading);
            csv.ReadHeader();
            var head = csv.Headers?.Select(h => h.Trim()).ToList() ?? [];
            if (head.Count == 0)
                throw new FormatException("The file is empty. It needs a head line and a case a line.");
            while (csv.Read())
            {
                if (csv.FieldCount != head.Count)
                    throw new FormatException($"Line {csv.LineNumber} has {csv.FieldCount} values where the head has {head.Count}.");
                var row = Enumerable.Range(0, head.Count).Select(csv.GetString).ToList();
                cases.Add(Has(head, "body") || Has(head, "body_base64") ? Exported(head, row, connection, endpoint, csv.LineNumber) : Labelled(head, row, connection, endpoint, cases.Count + 1));
                if (cases.Count > CaseStore.Most)
                    throw new FormatException($"The file has more than {CaseStore.Most} cases.");
            }
        }
        catch (CsvFormatException e)
        {
            throw new FormatException($"The file is no CSV: {e.Message}", e);
        }
        return cases.Count > 0 ? cases : throw new FormatException("The file has a head line and no cases.");
    }

    private static SavedCase Exported(List<string> head, List<string> row, string connection, string endpoint, long line)
    {
        string Cell(string name) => head.FindIndex(h => Same(h, name)) is >= 0 and var i ? Given(row[i]) : "";
        byte[] body;
        try
        {
            body = Cell("body_base64") is { Length: > 0 } bytes ? Convert.FromBase64String(bytes) : Encoding.UTF8.GetBytes(Cell("body"));
        }
        catch (FormatException e)
        {
            throw new FormatException($"Line {line}: body_base64 is no base64.", e);
        }
        return new SavedCase
        {
            Connection = connection, Endpoint = endpoint, Body = body,
            Name = Cell("name") is { Length: > 0 } name ? name : $"line {line}",
            ContentType = Cell("content_type") is { Length: > 0 } type ? type : MediaTypes.Csv,
            Accept = Cell("accept"), CustomAttributes = Cell("custom_attributes"), Expected = Cell("expected"),
        };
    }

    private static SavedCase Labelled(List<string> head, List<string> row, string connection, string endpoint, int number)
    {
        var label = head.FindIndex(h => Same(h, "expected") || Same(h, "label"));
        var attributes = head.FindIndex(h => Same(h, "custom_attributes"));
        var name = head.FindIndex(h => Same(h, "name"));
        var sent = Enumerable.Range(0, head.Count).Where(i => i != label && i != attributes && i != name).Select(i => row[i].Trim()).ToList();
        if (sent.Count == 0)
            throw new FormatException("The file has no column to send.");
        return new SavedCase
        {
            Connection = connection, Endpoint = endpoint, Body = Encoding.UTF8.GetBytes(BodyFormats.CsvLine(sent)), ContentType = MediaTypes.Csv,
            Name = name >= 0 && row[name].Length > 0 ? row[name] : string.Create(CultureInfo.InvariantCulture, $"row {number:0000}"),
            CustomAttributes = attributes >= 0 ? row[attributes].Trim() : "", Expected = label >= 0 ? row[label].Trim() : "",
        };
    }

    /// <summary>An apostrophe that was there before a formula's sign gets another one, so that reading gives back what was written.</summary>
    private static string Kept(string value) => value.StartsWith('\'') && IsGuarded(value) ? "'" + value : value;

    private static string Given(string value) => value.StartsWith('\'') && IsGuarded(value) ? value[1..] : value;

    private static bool IsGuarded(string value) => value.AsSpan().TrimStart('\'') is { Length: > 0 } rest && Formulas.Contains(rest[0], StringComparison.Ordinal);

    private static bool Has(List<string> head, string name) => head.Exists(h => Same(h, name));

    private static bool Same(string one, string two) => string.Equals(one, two, StringComparison.OrdinalIgnoreCase);
}
