using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Logs.Filtering;

/// <summary>
/// A filter pattern: terms that must all be there (<c>ERROR "out of memory"</c>), alternatives (<c>?ERROR ?WARN</c>),
/// exclusions (<c>-DEBUG</c>), regular expressions (<c>%5\d\d%</c>) or conditions on JSON (<c>{ $.level = "error" }</c>).
/// </summary>
internal static partial class LogFilter
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether a message passes.</summary>
    /// <exception cref="AwsException">InvalidParameterException: not a pattern, or one that the local cloud does not offer.</exception>
    public static Func<string, bool> Parse(string pattern)
    {
        var text = pattern.Trim();
        if (text.Length == 0)
            return _ => true;
        if (text[0] == '{')
            return JsonFilterParser.Parse(text);
        if (text[0] == '[')
            throw Invalid("the local cloud does not offer patterns for space-delimited events; terms, regular expressions and JSON patterns it does");
        return ParseTerms(text);
    }

    public static AwsException Invalid(string why) => new("InvalidParameterException", $"Invalid filter pattern: {why}.");

    /// <summary>A regular expression between percent signs.</summary>
    public static Regex Regex(string expression)
    {
        try
        {
            return new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException e)
        {
            throw Invalid($"the regular expression %{expression}% is not valid: {e.Message}");
        }
    }

    private static Func<string, bool> ParseTerms(string text)
    {
        var (all, any, none) = (new List<Func<string, bool>>(), new List<Func<string, bool>>(), new List<Func<string, bool>>());
        var at = 0;
        while (at < text.Length)
        {
            var match = Term().Match(text, at);
            if (!match.Success)
                throw Invalid($"'{text[at..].Trim()}' is no term; put what is not a letter, a digit or an underscore in quotation marks");
            at = match.Index + match.Length;
            var test = TestOf(match);
            (match.Groups["sign"].Value switch { "?" => any, "-" => none, _ => all }).Add(test);
        }
        // As AWS has it: alternatives count only where nothing else is asked for.
        if (all.Count == 0 && none.Count == 0)
            return message => any.Any(t => t(message));
        return message => all.All(t => t(message)) && !none.Any(t => t(message));
    }

    private static Func<string, bool> TestOf(Match match)
    {
        if (match.Groups["regex"].Success)
            return Regex(match.Groups["regex"].Value).IsMatch;
        var term = match.Groups["quoted"].Success
            ? match.Groups["quoted"].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal)
            : match.Groups["word"].Value;
        return message => message.Contains(term, StringComparison.Ordinal);
    }

    [GeneratedRegex("""\G\s*(?<sign>[?-]?)(?:"(?<quoted>(?:[^"\\]|\\.)*)"|%(?<regex>[^%]+)%|(?<word>[^\s"%?(){}\[\]-][^\s"%]*))(?=\s|$)\s*""")]
    private static partial Regex Term();
}
