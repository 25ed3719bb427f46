namespace MLOps.Cloud.Cases;

/// <summary>How often what should be answered (a row) was answered by something (a column).</summary>
/// <param name="Counts">By row, then column, in the order of <paramref name="Answers"/>.</param>
public sealed record ConfusionTable(IReadOnlyList<string> Answers, IReadOnlyList<IReadOnlyList<int>> Counts)
{
    /// <summary>The name under which what a model refused is counted.</summary>
    public const string Refused = "(refused)";

    private const int MostAnswers = 12;

    /// <summary>The table of pairs; null where there are none, or more kinds of answers than a person can read, as with numbers.</summary>
    public static ConfusionTable? Of(IEnumerable<(string Should, string Was)> pairs)
    {
        var all = pairs.ToList();
        var answers = all.SelectMany(p => new[] { p.Should, p.Was }).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (answers.Count is 0 or > MostAnswers)
            return null;
        var counts = answers.Select(_ => new int[answers.Count]).ToArray();
        foreach (var (should, was) in all)
            counts[answers.IndexOf(should)][answers.IndexOf(was)]++;
        return new ConfusionTable(answers, counts);
    }

    /// <summary>What the labels say against what the candidate says.</summary>
    public static ConfusionTable? OfLabels(CaseResults results) =>
        Of(results.Rows.Where(r => r.Case.Label is not null).Select(r => (r.Case.Label!, Word(r.Candidate))));

    /// <summary>What production says against what the candidate says.</summary>
    public static ConfusionTable? OfProduction(CaseResults results) =>
        Of(results.Rows.Where(r => r.Production is not null).Select(r => (Word(r.Production!), Word(r.Candidate))));

    private static string Word(CaseAnswer answer) => answer.IsError ? Refused : answer.Text;
}
