using System.Globalization;
using System.Text;

namespace MLOps.Portal.Shared.Text;

/// <summary>What people type into forms, as every database, header and reader takes it.</summary>
public static class Typed
{
    /// <summary>The text without white space around it, without control characters but for new lines and tabs, and without halves of letters; empty for null.</summary>
    public static string Clean(string? text)
    {
        var clean = new StringBuilder(text?.Length ?? 0);
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (rune.Value is '\n' or '\r' or '\t' || Rune.GetUnicodeCategory(rune) != UnicodeCategory.Control)
                clean.Append(rune.ToString());
        }
        return clean.ToString().Trim();
    }
}
