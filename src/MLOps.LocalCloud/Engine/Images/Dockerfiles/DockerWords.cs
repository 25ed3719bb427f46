using System.Text;

namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>Words of a Dockerfile: quotes, escapes and <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME:-word}</c>, <c>${NAME:+word}</c>.</summary>
internal static class DockerWords
{
    /// <summary>Splits at blanks outside quotes, expanding variables and taking quotes away.</summary>
    /// <param name="lookup">The value of a variable, or null where it is not set (which expands to nothing).</param>
    public static List<string> Split(string text, Func<string, string?> lookup)
    {
        var words = new List<string>();
        foreach (var raw in SplitRaw(text))
            words.Add(Expand(raw, lookup));
        return words;
    }

    /// <summary>Splits at blanks outside quotes and leaves the words as written.</summary>
    public static List<string> SplitRaw(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                word.Append(c).Append(text[++i]);
                continue;
            }
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (word.Length > 0)
                    words.Add(word.ToString());
                word.Clear();
                continue;
            }
            if (quote == '\0' && c is '"' or '\'')
                quote = c;
            else if (c == quote)
                quote = '\0';
            word.Append(c);
        }
        if (quote != '\0')
            throw new DockerfileException($"unexpected end of statement while looking for matching {(quote == '"' ? "double" : "single")}-quote");
        if (word.Length > 0)
            words.Add(word.ToString());
        return words;
    }

    /// <summary>Expands variables in one word and takes its quotes away.</summary>
    public static string Expand(string word, Func<string, string?> lookup)
    {
        var result = new StringBuilder();
        var quote = '\0';
        for (var i = 0; i < word.Length; i++)
        {
            var c = word[i];
            if (quote != '\'' && c == '\\' && i + 1 < word.Length)
                result.Append(quote == '"' && word[i + 1] is not ('"' or '\\' or '$') ? $"\\{word[++i]}" : word[++i].ToString());
            else if (quote != '\'' && c == '$')
                result.Append(Variable(word, ref i, lookup));
            else if (quote == '\0' && c is '"' or '\'')
                quote = c;
            else if (quote != '\0' && c == quote)
                quote = '\0';
            else
                result.Append(c);
        }
        return result.ToString();
    }

    /// <summary>Reads the variable at <paramref name="i"/>, which is left on its last character.</summary>
    private static string Variable(string word, ref int i, Func<string, string?> lookup)
    {
        var start = i + 1;
        if (start < word.Length && word[start] == '{')
        {
            var close = word.IndexOf('}', start);
            if (close < 0)
                throw new DockerfileException($"missing '}}' in '{word}'");
            i = close;
            return Braced(word[(start + 1)..close], lookup);
        }
        var end = start;
        while (end < word.Length && (char.IsAsciiLetterOrDigit(word[end]) || word[end] == '_'))
            end++;
        if (end == start)
            return "$";
        i = end - 1;
        return lookup(word[start..end]) ?? "";
    }

    private static string Braced(string inside, Func<string, string?> lookup)
    {
        var colon = inside.IndexOf(':');
        if (colon < 0)
            return lookup(inside) ?? "";
        var value = lookup(inside[..colon]);
        var word = inside[(colon + 1)..];
        return word switch
        {
            ['-', .. var otherwise] => string.IsNullOrEmpty(value) ? Expand(otherwise, lookup) : value,
            ['+', .. var instead] => string.IsNullOrEmpty(value) ? "" : Expand(instead, lookup),
            _ => throw new DockerfileException($"unsupported modifier in '${{{inside}}}'"),
        };
    }
}
