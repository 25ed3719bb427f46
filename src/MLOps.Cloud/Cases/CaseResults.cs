using System.Text.Json.Serialization;
using MLOps.Cloud.Faults;

namespace MLOps.Cloud.Cases;

/// <summary>One case with both answers; production's is null where production was not asked.</summary>
public sealed record CaseRow(SavedCase Case, CaseAnswer Candidate, CaseAnswer? Production);

/// <summary>What candidate and production answered to the same cases.</summary>
/// <param name="Tolerance">How far numbers may be apart and still count as the same.</param>
/// <param name="ProductionFault">Why production could not be asked; null where it answered, or where there is none.</param>
public sealed record CaseResults(string Source, string Sha256, int Total, IReadOnlyList<CaseRow> Rows, double Tolerance = 0, CloudFault? ProductionFault = null)
{
    /// <summary>The share of cases on which candidate and production say the same, 0 to 1; null where production was not asked.</summary>
    [JsonIgnore]
    public double? Agreement => Share(Rows.Where(r => r.Production is not null), Agrees);

    /// <summary>The share of labelled cases that the candidate gets right, 0 to 1; null where there are no labels.</summary>
    [JsonIgnore]
    public double? CandidateAccuracy => Share(Rows.Where(r => r.Case.Label is not null), r => r.Candidate.Says(r.Case.Label!, Tolerance));

    /// <summary>The share of labelled cases that production gets right, 0 to 1; null where there are no labels or production was not asked.</summary>
    [JsonIgnore]
    public double? ProductionAccuracy => Share(Rows.Where(r => r is { Case.Label: not null, Production: not null }), r => r.Production!.Says(r.Case.Label!, Tolerance));

    /// <summary>How many cases the candidate refused or failed.</summary>
    [JsonIgnore]
    public int CandidateErrors => Rows.Count(r => r.Candidate.IsError);

    /// <summary>How many cases production refused or failed.</summary>
    [JsonIgnore]
    public int ProductionErrors => Rows.Count(r => r.Production?.IsError == true);

    /// <summary>The cases on which the two say something else, or the candidate is wrong or fails.</summary>
    [JsonIgnore]
    public IReadOnlyList<CaseRow> Differing =>
        [.. Rows.Where(r => r.Candidate.IsError || (r.Production is not null && !Agrees(r)) || (r.Case.Label is { } label && !r.Candidate.Says(label, Tolerance)))];

    /// <summary>A percentile (0 to 100) of the candidate's latency in milliseconds.</summary>
    public double? CandidateLatency(double percentile) => Percentile([.. Rows.Select(r => r.Candidate.Milliseconds).Order()], percentile);

    /// <summary>A percentile (0 to 100) of production's latency in milliseconds; null where it was not asked.</summary>
    public double? ProductionLatency(double percentile) => Percentile([.. Rows.Where(r => r.Production is not null).Select(r => r.Production!.Milliseconds).Order()], percentile);

    /// <summary>Whether candidate and production say the same.</summary>
    public bool Agrees(CaseRow row) => row.Production is { IsError: false } production && row.Candidate.Says(production.Text, Tolerance);

    private static double? Share(IEnumerable<CaseRow> rows, Func<CaseRow, bool> good)
    {
        var (all, right) = (0, 0);
        foreach (var row in rows)
        {
            all++;
            right += good(row) ? 1 : 0;
        }
        return all == 0 ? null : (double)right / all;
    }

    /// <summary>Nearest rank: a value that was measured.</summary>
    private static double? Percentile(double[] sorted, double percentile) =>
        sorted.Length == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(percentile / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];
}
