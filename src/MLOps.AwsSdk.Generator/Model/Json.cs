using System.Globalization;
using System.Text;

namespace MLOps.AwsSdk.Generator.Model;

/// <summary>
/// A JSON value. A generator runs inside the compiler, where no JSON library can be relied on; API descriptions need
/// little: objects that keep their order, arrays, strings, numbers and flags.
/// </summary>
public sealed class Json
{
    private static readonly Json Absent = new(null);
    private readonly object? value;

    private Json(object? value) => this.value = value;

    /// <summary>A member of an object; an absent value where there is none.</summary>
    public Json this[string name] => Members.TryGetValue(name, out var member) ? member : Absent;

    public bool Exists => value is not null;

    public string? Text => value as string;

    public bool IsTrue => value is true;

    public IReadOnlyDictionary<string, Json> Members => value as Dictionary<string, Json> ?? [];

    public IReadOnlyList<Json> Items => value as List<Json> ?? [];

    /// <exception cref="FormatException">The text is no JSON; the message says where.</exception>
    public static Json Parse(string text)
    {
        var position = 0;
        var result = Value(text, ref position);
        SkipSpace(text, ref position);
        return position == text.Length ? result : throw Fault(text, position);
    }

    private static Json Value(string text, ref int position)
    {
        SkipSpace(text, ref position);
        switch (position < text.Length ? text[position] : '\0')
        {
            case '{':
                return new Json(Object(text, ref position));
            case '[':
                return new Json(Array(text, ref position));
            case '"':
                return new Json(String(text, ref position));
            case 't':
                return Word(text, ref position, "true", true);
            case 'f':
                return Word(text, ref position, "false", false);
            case 'n':
                return Word(text, ref position, "null", null);
            default:
                return new Json(Number(text, ref position));
        }
    }

    private static Dictionary<string, Json> Object(string text, ref int position)
    {
        var members = new Dictionary<string, Json>(StringComparer.Ordinal);
        position++;
        while (!Ends(text, ref position, '}'))
        {
            var name = String(text, ref position);
            Expect(text, ref position, ':');
            members[name] = Value(text, ref position);
            Separator(text, ref position, '}');
        }
        return members;
    }

    private static List<Json> Array(string text, ref int position)
    {
        var items = new List<Json>();
        position++;
        while (!Ends(text, ref position, ']'))
        {
            items.Add(Value(text, ref position));
            Separator(text, ref position, ']');
        }
        return items;
    }

    private static string String(string text, ref int position)
    {
        Expect(text, ref position, '"');
        var result = new StringBuilder();
        while (position < text.Length && text[position] != '"')
        {
            if (text[position] != '\\')
            {
                result.Append(text[position++]);
                continue;
            }
            if (position + 1 >= text.Length)
                throw Fault(text, position);
            position += 2;
            result.Append(Escaped(text, ref position));
        }
        Expect(text, ref position, '"');
        return result.ToString();
    }

    private static char Escaped(string text, ref int position)
    {
        switch (text[position - 1])
        {
            case 'n': return '\n';
            case 't': return '\t';
            case 'r': return '\r';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'u':
                if (position + 4 > text.Length
                    || !ushort.TryParse(text.Substring(position, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var unit))
                    throw Fault(text, position);
                position += 4;
                return (char)unit;
            default: return text[position - 1];
        }
    }

    private static double Number(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && "+-.eE0123456789".IndexOf(text[position]) >= 0)
            position++;
        return double.TryParse(text.Substring(start, position - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Fault(text, start);
    }

    private static Json Word(string text, ref int position, string word, object? value)
    {
        if (string.CompareOrdinal(text, position, word, 0, word.Length) != 0)
            throw Fault(text, position);
        position += word.Length;
        return new Json(value);
    }

    private static bool Ends(string text, ref int position, char end)
    {
        SkipSpace(text, ref position);
        if (position >= text.Length || text[position] != end)
            return false;
        position++;
        return true;
    }

    private static void Separator(string text, ref int position, char end)
    {
        SkipSpace(text, ref position);
        if (position < text.Length && text[position] == ',')
            position++;
        else if (position >= text.Length || text[position] != end)
            throw Fault(text, position);
    }

    private static void Expect(string text, ref int position, char expected)
    {
        SkipSpace(text, ref position);
        if (position >= text.Length || text[position] != expected)
            throw Fault(text, position);
        position++;
    }

    private static void SkipSpace(string text, ref int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
            position++;
    }

    private static FormatException Fault(string text, int position) =>
        new($"no JSON at character {position.ToString(CultureInfo.InvariantCulture)} of {text.Length.ToString(CultureInfo.InvariantCulture)}");
}
