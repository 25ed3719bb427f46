using System.Globalization;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CloudWatch.MetricMath;

/// <summary>Reads metric math. Precedence, loosest first: OR, AND, comparisons, + -, * /, unary minus, ^.</summary>
internal sealed partial class ExpressionParser
{
    private static readonly string[][] Levels = [["OR", "||"], ["AND", "&&"], ["==", "!=", "<=", ">=", "<", ">"], ["+", "-"], ["*", "/"]];
    private readonly string text;
    private readonly List<string> tokens;
    private int next;

    private ExpressionParser(string text)
    {
        this.text = text;
        tokens = [.. Tokens().Matches(text).Select(m => m.Value)];
        if (tokens.Sum(t => t.Length) != text.Count(c => !char.IsWhiteSpace(c)) + tokens.Sum(t => t.Count(char.IsWhiteSpace)))
            throw Fault("it holds a character that is none of metric math's");
    }

    /// <exception cref="AwsException">ValidationError: no metric math.</exception>
    public static Expression Parse(string text)
    {
        var parser = new ExpressionParser(text);
        var expression = parser.Binary(0, 0);
        return parser.next == parser.tokens.Count ? expression : throw parser.Fault($"{parser.tokens[parser.next]} is unexpected");
    }

    private Expression Binary(int level, int depth)
    {
        if (depth > 200)
            throw Fault("it is nested too deeply");
        if (level == Levels.Length)
            return Unary(depth);
        var left = Binary(level + 1, depth + 1);
        while (next < tokens.Count && Levels[level].Contains(tokens[next]))
            left = new BinaryExpression(tokens[next++], left, Binary(level + 1, depth + 1));
        return left;
    }

    private Expression Unary(int depth)
    {
        if (Take("-"))
            return new UnaryExpression(Unary(depth + 1));
        var value = Primary(depth);
        return Take("^") ? new BinaryExpression("^", value, Unary(depth + 1)) : value;
    }

    private Expression Primary(int depth)
    {
        if (next == tokens.Count)
            throw Fault("it ends too early");
        var token = tokens[next++];
        if (token == "(")
        {
            var inner = Binary(0, depth + 1);
            Expect(")");
            return inner;
        }
        if (token == "[")
            return new ListExpression(Items("]", depth));
        if (token[0] is '"' or '\'')
            return new TextExpression(token[1..^1]);
        if (double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return new NumberExpression(number);
        if (!char.IsAsciiLetter(token[0]))
            throw Fault($"{token} is unexpected");
        return Take("(") ? new CallExpression(token.ToUpperInvariant(), Items(")", depth)) : new NameExpression(token);
    }

    private List<Expression> Items(string end, int depth)
    {
        var items = new List<Expression>();
        if (Take(end))
            return items;
        do
            items.Add(Binary(0, depth + 1));
        while (Take(","));
        Expect(end);
        return items;
    }

    private bool Take(string token)
    {
        if (next == tokens.Count || tokens[next] != token)
            return false;
        next++;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token))
            throw Fault($"{token} is missing");
    }

    private AwsException Fault(string why) => CloudWatchErrors.Validation($"Error in expression '{text}': {why}");

    [GeneratedRegex("""\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+|[A-Za-z][A-Za-z0-9_]*|"[^"]*"|'[^']*'|==|!=|<=|>=|&&|\|\||[-+*/^()\[\],<>]""")]
    private static partial Regex Tokens();
}
