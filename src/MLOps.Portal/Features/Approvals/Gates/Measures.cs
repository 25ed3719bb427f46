using MLOps.Cloud.Cases;
using MLOps.Cloud.Evidence;
using MLOps.Portal.Features.Approvals.Gathering;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>Why there is no number.</summary>
public enum MeasureGap
{
    None,

    /// <summary>Nothing runs in production to compare with.</summary>
    NoProduction,

    /// <summary>It is being measured.</summary>
    Pending,

    /// <summary>It was not measured, or could not be.</summary>
    Missing,
}

/// <summary>A number that was measured, or why there is none.</summary>
public readonly record struct Measure(double Amount, MeasureGap Gap = MeasureGap.None, string Why = "");

/// <summary>What was measured of a candidate and of production, by the names that rules use.</summary>
public sealed class Measures(SignOffEvidence evidence, CaseResults? cases, EvidencePart casesPart)
{
    /// <summary>Names that are no metric of a training job: what came out of the saved cases.</summary>
    public static readonly IReadOnlyList<string> OfCases = ["agreement", "cases.accuracy", "cases.errors", "cases.count"];

    public Measure Candidate(string name) => name switch
    {
        "agreement" when evidence.IsFirstDeployment => NoProduction,
        "agreement" => FromCases(cases?.Agreement, cases?.ProductionFault is { } fault ? $"Production could not be asked: {fault.Message}" : "Production was not asked."),
        "cases.accuracy" => FromCases(cases?.CandidateAccuracy, "No case has a label."),
        "cases.errors" => FromCases(cases?.CandidateErrors, ""),
        "cases.count" => FromCases(cases?.Rows.Count, ""),
        _ => Metric(evidence.Candidate, name, "The candidate"),
    };

    public Measure Production(string name)
    {
        if (evidence.IsFirstDeployment)
            return NoProduction;
        return name switch
        {
            "agreement" or "cases.count" => Candidate(name),
            "cases.accuracy" => FromCases(cases?.ProductionAccuracy, "Production was not asked, or no case has a label."),
            "cases.errors" => FromCases(cases?.ProductionErrors, ""),
            _ when evidence.Production is null => new Measure(0, MeasureGap.Missing, "What production runs could not be read."),
            _ => Metric(evidence.Production, name, "Production"),
        };
    }

    private static Measure NoProduction => new(0, MeasureGap.NoProduction, "Nothing runs in production to compare with.");

    private Measure FromCases(double? value, string whyNot)
    {
        if (cases is not null)
            return value is { } amount ? new Measure(amount) : new Measure(0, MeasureGap.Missing, whyNot);
        return casesPart.State is PartState.Waiting or PartState.Running
            ? new Measure(0, MeasureGap.Pending, "The saved cases are being asked.")
            : new Measure(0, MeasureGap.Missing, $"The saved cases were not asked: {casesPart.Detail}");
    }

    private static Measure Metric(ModelEvidence model, string name, string who)
    {
        if (model.Job is null)
            return new Measure(0, MeasureGap.Missing, $"{who}'s training job could not be read.");
        var metrics = model.Job.Job.Metrics;
        if (metrics.LastOrDefault(m => m.Name == name) is { } exact)
            return new Measure(exact.Value);
        // A short name will do while it can only mean one.
        var meant = metrics.Where(m => m.Name[(m.Name.LastIndexOf(':') + 1)..] == name).Select(m => m.Name).Distinct(StringComparer.Ordinal).ToList();
        return meant.Count switch
        {
            1 => new Measure(metrics.Last(m => m.Name == meant[0]).Value),
            0 => new Measure(0, MeasureGap.Missing, $"{who} has no metric {name}; it has {(metrics.Count == 0 ? "none" : string.Join(", ", metrics.Select(m => m.Name).Distinct(StringComparer.Ordinal)))}."),
            _ => new Measure(0, MeasureGap.Missing, $"{name} may mean {string.Join(" or ", meant)}: write the whole name."),
        };
    }
}
