using System.Text;
using MLOps.Ledger;

namespace MLOps.Portal.Features.Audit;

/// <summary>Makes an entry's texts such that every database and every reader of JSON gives them back as they are.</summary>
internal static class LedgerText
{
    private const int MostDetail = 4096;

    public static LedgerEntry Kept(LedgerEntry entry) => entry with
    {
        Kind = Of(entry.Kind, 32),
        Object = Of(entry.Object, LedgerDbContext.ShortText),
        Connection = Of(entry.Connection, 64),
        Subject = Of(entry.Subject, LedgerDbContext.ShortText),
        Name = Of(entry.Name, LedgerDbContext.ShortText),
        Why = Of(entry.Why, LedgerDbContext.LongText),
        Evidence = Of(entry.Evidence, 64),
        Claim = Of(entry.Claim, LedgerDbContext.LongText),
        Requests = [.. entry.Requests.Select(r => Of(r, LedgerDbContext.ShortText))],
        Details = entry.Details.ToDictionary(d => Of(d.Key, 64), d => Of(d.Value, MostDetail), StringComparer.Ordinal),
    };

    /// <summary>Without halves of letters, which UTF-8 has not, and without NUL, which PostgreSQL has not; as long as there is room.</summary>
    private static string Of(string text, int most)
    {
        var kept = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            var next = rune.Value == 0 ? Rune.ReplacementChar : rune;
            if (kept.Length + next.Utf16SequenceLength > most)
                break;
            kept.Append(next.ToString());
        }
        return kept.ToString();
    }
}
