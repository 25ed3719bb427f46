using System.Globalization;
using System.Security.Claims;
using System.Text;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Approvals;

/// <summary>What AWS is told with an answer. AWS records the portal's role alone; the summary names the person, and is how the answer is known again.</summary>
internal static class ApprovalSummary
{
    /// <summary>The most that CodePipeline takes, in characters.</summary>
    public const int Most = 512;

    /// <summary>The person's name and the comment, on one line and without what does not print: it must come back as it went.</summary>
    public static string Of(ClaimsPrincipal person, string comment)
    {
        var summary = Line(comment.Length == 0 ? person.FullName() : $"{person.FullName()}: {comment}");
        if (summary.Length <= Most)
            return summary;
        // Letters that people see as one stay together: half of one is no text at all.
        var kept = new StringBuilder();
        foreach (var letter in Letters(summary))
        {
            if (kept.Length + letter.Length > Most - 1)
                break;
            kept.Append(letter);
        }
        return kept.Append('…').ToString();
    }

    /// <summary>Whether what AWS tells is this summary: alone, or after words of AWS's own.</summary>
    public static bool IsOf(string told, string summary) =>
        told.Trim() is var text && (text == summary || text.EndsWith(": " + summary, StringComparison.Ordinal) || text.EndsWith("\n" + summary, StringComparison.Ordinal));

    private static string Line(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control)
                line.Append(line.Length > 0 && line[^1] != ' ' ? " " : "");
            else
                line.Append(rune.ToString());
        }
        return line.ToString().Trim();
    }

    private static IEnumerable<string> Letters(string text)
    {
        var letters = StringInfo.GetTextElementEnumerator(text);
        while (letters.MoveNext())
            yield return letters.GetTextElement();
    }
}
