using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.Ledger;

/// <summary>
/// Writes JSON in the one form that RFC 8785 gives it: no white space, names in the order of their UTF-16 code units, and the
/// shortest escapes. Of numbers it knows whole ones only, which is all that the ledger holds.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Whole numbers beyond this are not the same in every JSON reader.</summary>
    private const long LargestSafe = (1L << 53) - 1;

    /// <exception cref="FormatException">It holds what has no canonical form here.</exception>
    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                WriteAll(text, '{', '}', members.OrderBy(m => m.Key, StringComparer.Ordinal), member =>
                {
                    WriteString(text, member.Key);
                    text.Append(':');
                    Write(text, member.Value);
                });
                break;
            case JsonArray items:
                WriteAll(text, '[', ']', items, item => Write(text, item));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                WriteString(text, value.GetValue<string>());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out long number) && Math.Abs(number) <= LargestSafe:
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                throw new FormatException("Only texts, whole numbers, lists and objects have a canonical form.");
        }
    }

    private static void WriteAll<T>(StringBuilder text, char open, char close, IEnumerable<T> items, Action<T> write)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                text.Append(',');
            isFirst = false;
            write(item);
        }
        text.Append(close);
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var letter in value)
        {
            text.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\f' => "\\f",
                '\r' => "\\r",
                < ' ' => $"\\u{(int)letter:x4}",
                _ => null,
            });
            if (letter is >= ' ' and not '"' and not '\\')
                text.Append(letter);
        }
        text.Append('"');
    }
}
