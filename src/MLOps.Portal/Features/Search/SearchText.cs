namespace MLOps.Portal.Features.Search;

/// <summary>A title as it is searched: in lower case, with the places where its words begin.</summary>
internal sealed class SearchText
{
    // Nobody types more first letters; longer terms are names.
    private const int MostInitials = 12;

    public SearchText(string title)
    {
        Lower = title.ToLowerInvariant();
        Starts = [.. Enumerable.Range(0, title.Length).Where(i => BeginsWord(title, i))];
    }

    public string Lower { get; }

    /// <summary>Where words begin, in ascending order: after what is no letter or digit, and at a capital after a small letter.</summary>
    public int[] Starts { get; }

    /// <summary>How a term fits; null where it does not.</summary>
    public Fit? FitOf(string term)
    {
        if (Lower.StartsWith(term, StringComparison.Ordinal))
            return Lower.Length == term.Length ? Fit.Exact : Fit.Prefix;
        var at = Lower.IndexOf(term, StringComparison.Ordinal);
        if (at < 0)
            return term.Length <= MostInitials && IsInitials(term, 0, -1) ? Fit.Initials : null;
        for (; at >= 0; at = at + 1 < Lower.Length ? Lower.IndexOf(term, at + 1, StringComparison.Ordinal) : -1)
        {
            if (Array.BinarySearch(Starts, at) >= 0)
                return Fit.Word;
        }
        return Fit.Inside;
    }

    /// <summary>Whether each letter of a term either begins a word or follows the one before: <c>irpro</c> is iris-production.</summary>
    private bool IsInitials(string term, int next, int last)
    {
        if (next == term.Length)
            return true;
        if (last >= 0 && last + 1 < Lower.Length && Lower[last + 1] == term[next] && IsInitials(term, next + 1, last + 1))
            return true;
        foreach (var start in Starts)
        {
            if (start > last && Lower[start] == term[next] && IsInitials(term, next + 1, start))
                return true;
        }
        return false;
    }

    private static bool BeginsWord(string title, int i) =>
        char.IsLetterOrDigit(title[i]) && (i == 0 || !char.IsLetterOrDigit(title[i - 1]) || char.IsUpper(title[i]) && char.IsLower(title[i - 1]));
}
