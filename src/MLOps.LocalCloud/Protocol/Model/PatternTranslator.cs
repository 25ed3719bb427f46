using System.Text;
using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Protocol.Model;

/// <summary>
/// Turns the patterns of API descriptions (Java's dialect) into .NET regular expressions that match the whole value.
/// POSIX classes, ASCII meanings of <c>\d \w \s</c> and characters beyond the basic plane differ between the two.
/// </summary>
internal static class PatternTranslator
{
    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(250);

    private static readonly Dictionary<string, string> Posix = new(StringComparer.Ordinal)
    {
        ["ASCII"] = @"\x00-\x7F", ["Print"] = @"\x20-\x7E", ["Graph"] = @"\x21-\x7E", ["Alnum"] = "a-zA-Z0-9", ["Alpha"] = "a-zA-Z",
        ["Digit"] = "0-9", ["Lower"] = "a-z", ["Upper"] = "A-Z", ["XDigit"] = "0-9a-fA-F", ["Space"] = @"\x09-\x0D\x20",
        ["Punct"] = @"!-/:-@\[-`{-~", ["Cntrl"] = @"\x00-\x1F\x7F", ["Blank"] = @"\x20\x09",
    };

    // Code points beyond U+FFFF, as AWS writes them; in .NET they are two chars of these ranges.
    private static readonly (string Java, string Net)[] Supplementary =
    [
        (@"\uD800\uDC00-\uDBFF\uDFFF", @"\uD800-\uDFFF"),
        (@"\ud800\udc00-\udbff\udfff", @"\uD800-\uDFFF"),
        (@"\u10000-\u10FFFF", @"\uD800-\uDFFF"),
        (@"\x{10000}-\x{10FFFF}", @"\uD800-\uDFFF"),
    ];

    /// <exception cref="ArgumentException">The pattern is none in either dialect.</exception>
    public static Regex ToRegex(string pattern) =>
        new($@"\A(?:{Translate(pattern)})\z", RegexOptions.CultureInvariant, MatchTime);

    /// <summary>The pattern in .NET's dialect, without the anchors.</summary>
    public static string Translate(string pattern)
    {
        foreach (var (java, net) in Supplementary)
            pattern = pattern.Replace(java, net, StringComparison.Ordinal);
        var result = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
                i += Escape(pattern, i, inClass, result);
            else if (c == '[' && inClass)
                result.Append(@"\[");
            else
            {
                inClass = c == '[' || (inClass && c != ']');
                result.Append(c);
                // A bracket that opens a class may be followed by ^ and then by a literal ].
                if (c == '[' && i + 1 < pattern.Length && pattern[i + 1] == '^')
                    result.Append(pattern[++i]);
            }
        }
        return result.ToString();
    }

    /// <summary>Translates the escape at <paramref name="at"/>; returns how many characters after the backslash it took.</summary>
    private static int Escape(string pattern, int at, bool inClass, StringBuilder result)
    {
        var kind = pattern[at + 1];
        if (kind is 'p' or 'P' && Name(pattern, at) is { } name && Posix.TryGetValue(name, out var range))
        {
            Append(result, range, inClass, kind == 'P');
            return name.Length + 3;
        }
        if (kind == '_')
        {
            // .NET takes an escaped underscore for an escape it does not know.
            result.Append('_');
            return 1;
        }
        var ascii = char.ToLowerInvariant(kind) switch { 'd' => "0-9", 'w' => "a-zA-Z0-9_", 's' => @"\x09-\x0D\x20", _ => null };
        if (ascii is null || (inClass && char.IsUpper(kind)))
            result.Append('\\').Append(kind);
        else
            Append(result, ascii, inClass, char.IsUpper(kind));
        return 1;
    }

    private static void Append(StringBuilder result, string range, bool inClass, bool negated)
    {
        if (inClass)
            result.Append(range);
        else
            result.Append('[').Append(negated ? "^" : "").Append(range).Append(']');
    }

    private static string? Name(string pattern, int at) =>
        at + 2 < pattern.Length && pattern[at + 2] == '{' && pattern.IndexOf('}', at) is var end and > 0 ? pattern[(at + 3)..end] : null;
}
