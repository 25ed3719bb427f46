using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Cases;

/// <summary>
/// Reads a CSV of cases: a head line, one case a row. The column <c>label</c> holds the right answer and <c>custom_attributes</c> the
/// header of that name; what stands in the other columns is sent, in their order, as one line of CSV.
/// </summary>
public static class CaseFile
{
    private const string LabelColumn = "label";
    private const string AttributesColumn = "custom_attributes";
    private static readonly CsvReaderOptions Format = new()
    {
        TrimWhitespace = true,
        SkipEmptyLines = true,
        TrackLineNumbers = true,
        IncludeValuesInExceptions = false,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    /// <exception cref="CloudException"><see cref="CloudFaultKind.Invalid"/>: the text is no such CSV; the message names the line.</exception>
    public static CaseSet Read(string source, string text, int most)
    {
        var cases = new List<SavedCase>();
        var total = 0;
        try
        {
            using var csv = CsvReader.FromText(text, Format);
            if (csv.Headers is not { Count: > 0 } head)
                throw Invalid(source, "it is empty");
            var label = Find(head, LabelColumn);
            var attributes = Find(head, AttributesColumn);
            var features = Enumerable.Range(0, head.Count).Where(i => i != label && i != attributes).ToArray();
            if (features.Length == 0)
                throw Invalid(source, "it has no column to send");
            while (csv.Read())
            {
                if (csv.FieldCount != head.Count)
                    throw Invalid(source, $"line {csv.LineNumber} has {csv.FieldCount} values where the head has {head.Count}");
                total++;
                if (cases.Count < most)
                {
                    var expected = label >= 0 ? csv.GetString(label) : "";
                    cases.Add(new SavedCase(total, string.Join(',', features.Select(i => Quoted(csv.GetString(i)))), expected.Length == 0 ? null : expected,
                        attributes >= 0 ? csv.GetString(attributes) : ""));
                }
            }
        }
        catch (CsvFormatException e)
        {
            throw Invalid(source, e.Message.TrimEnd('.'), e);
        }
        if (total == 0)
            throw Invalid(source, "it has a head line and no cases");
        return new CaseSet(source, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), "text/csv", cases, total);
    }

    private static int Find(IReadOnlyList<string> head, string name)
    {
        for (var i = 0; i < head.Count; i++)
        {
            if (string.Equals(head[i], name, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return -1;
    }

    private static string Quoted(string value) => value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static CloudException Invalid(string source, string why, Exception? inner = null) => new(new CloudFault(CloudFaultKind.Invalid, $"{source} cannot be read as cases: {why}."), inner);
}
