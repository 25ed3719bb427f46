using System.Globalization;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>
/// Reads a rule: two sums with a comparison between. A sum is made of numbers, names of metrics (quoted where they hold other
/// characters than letters, digits and <c>_ : .</c>), <c>production</c>, <c>+ - * /</c> and brackets.
/// </summary>
internal sealed class RuleParser
{
    private static readonly string[] Comparisons = [">=", "<=", "==", "!=", ">", "<"];

    private readonly string text;
    private int at;

    private RuleParser(string text) => this.text = text;

    /// <exception cref="FormatException">It is no rule; the message says where and what is missing.</exception>
    public static (RuleTerm Left, string Comparison, RuleTerm Right) Parse(string text)
    {
        var parser = new RuleParser(text);
        var left = parser.Sum();
        var comparison = parser.Comparison();
        var right = parser.Sum();
        parser.Space();
        if (parser.at < text.Length)
            throw parser.Wrong("the end");
        var names = left.Metrics().Concat(right.Metrics()).Distinct(StringComparer.Ordinal).ToList();
        if (left.HasBareProduction() || right.HasBareProduction())
        {
            if (names.Count != 1)
                throw new FormatException($"'{text}': production stands for production's value of the one metric that the rule names, and this one names {names.Count}. Write production(NAME).");
            (left, right) = (left.WithProduction(names[0]), right.WithProduction(names[0]));
        }
        if (names.Count == 0)
            throw new FormatException($"'{text}' names no metric, so it says nothing about the candidate.");
        return (left, comparison, right);
    }

    private RuleTerm Sum()
    {
        var term = Product();
        while (Take('+', '-') is { } operation)
            term = new RuleTerm.Binary(operation, term, Product());
        return term;
    }

    private RuleTerm Product()
    {
        var term = Unary();
        while (Take('*', '/') is { } operation)
            term = new RuleTerm.Binary(operation, term, Unary());
        return term;
    }

    private RuleTerm Unary() => Take('-') is not null ? new RuleTerm.Binary('-', new RuleTerm.Number(0), Unary()) : Primary();

    private RuleTerm Primary()
    {
        Space();
        if (Take('(') is not null)
        {
            var inner = Sum();
            Close();
            return inner;
        }
        if (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            return Number();
        var isQuoted = at < text.Length && text[at] is '\'' or '"';
        var name = Name();
        if (isQuoted || name != "production")
            return new RuleTerm.Metric(name);
        if (Take('(') is null)
            return new RuleTerm.Production(null);
        Space();
        var of = Name();
        Close();
        return new RuleTerm.Production(of);
    }

    private RuleTerm.Number Number()
    {
        var from = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.' || (text[at] is 'e' or 'E')
            || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E')))
            at++;
        if (!double.TryParse(text.AsSpan(from, at - from), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw new FormatException($"'{text}': '{text[from..at]}' is no number.");
        return new RuleTerm.Number(Take('%') is null ? value : value / 100);
    }

    private string Name()
    {
        if (at >= text.Length)
            throw Wrong("a number or the name of a metric");
        if (text[at] is '\'' or '"')
        {
            var end = text.IndexOf(text[at], at + 1);
            if (end < 0)
                throw new FormatException($"'{text}': the quote at character {at + 1} is not closed.");
            var quoted = text[(at + 1)..end];
            at = end + 1;
            return quoted.Length > 0 ? quoted : throw new FormatException($"'{text}': a name between quotes is empty.");
        }
        var from = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or ':' or '.'))
            at++;
        return at > from ? text[from..at] : throw Wrong("a number or the name of a metric");
    }

    private string Comparison()
    {
        Space();
        foreach (var comparison in Comparisons)
        {
            if (string.CompareOrdinal(text, at, comparison, 0, comparison.Length) == 0)
            {
                at += comparison.Length;
                return comparison;
            }
        }
        throw Wrong("a comparison (>=, >, <=, <, ==, !=)");
    }

    private void Close()
    {
        if (Take(')') is null)
            throw Wrong("a closing bracket");
    }

    private char? Take(params ReadOnlySpan<char> wanted)
    {
        Space();
        return at < text.Length && wanted.Contains(text[at]) ? text[at++] : null;
    }

    private void Space()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
    }

    private FormatException Wrong(string expected) =>
        new($"'{text}': expected {expected} at {(at < text.Length ? $"character {at + 1} ('{text[at]}')" : "the end")}.");
}
