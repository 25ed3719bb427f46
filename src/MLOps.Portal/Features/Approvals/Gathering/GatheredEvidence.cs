using MLOps.Cloud.Cases;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>How far a part of the evidence is.</summary>
public enum PartState
{
    Waiting,
    Running,
    Done,
    Failed,

    /// <summary>There is nothing to gather, such as no saved cases.</summary>
    NotThere,
}

/// <summary>A part of the evidence that takes a while.</summary>
/// <param name="Detail">Why it failed or is not there.</param>
/// <param name="Done">How many steps of <paramref name="Of"/> are done; both 0 where it has no steps.</param>
public sealed record EvidencePart(string Name, PartState State = PartState.Waiting, string Detail = "", int Done = 0, int Of = 0)
{
    public bool IsUnderway => State is PartState.Waiting or PartState.Running;
}

/// <summary>Which candidate is meant: an execution that comes to an approval.</summary>
public sealed record CandidateKey(string Connection, string Pipeline, string Action, string ExecutionId)
{
    /// <summary>The variant of production in which the candidate serves already, as a challenger; empty while it is on its DEV endpoint alone.</summary>
    public string Variant { get; init; } = "";
}

/// <summary>What is kept of a candidate beyond one visit: it was measured once, and counts while the evidence under it stays the same.</summary>
public sealed record MeasuredParts(CaseResults? Cases, TrainingData? Data);

/// <summary>The evidence of a candidate as far as it is there.</summary>
/// <param name="Evidence">What is read from the cloud; null while it is read for the first time.</param>
/// <param name="ReadAt">When that was read last.</param>
public sealed record GatheredEvidence(SignOffEvidence? Evidence, DateTimeOffset ReadAt)
{
    public static readonly GatheredEvidence Nothing = new(null, default);

    /// <summary>Why the cloud could not be asked; null while all is well.</summary>
    public CloudFault? Fault { get; init; }

    public EvidencePart CasesPart { get; init; } = new("Saved cases");

    public EvidencePart DataPart { get; init; } = new("Training data");

    public CaseResults? Cases { get; init; }

    public TrainingData? Data { get; init; }

    /// <summary>The canonical text of everything that the decision rests on: JSON.</summary>
    public string Canonical { get; init; } = "";

    /// <summary>SHA-256 of <see cref="Canonical"/>, 64 hex digits.</summary>
    public string Digest { get; init; } = "";

    public ValueList<EvidencePart> Parts => [DataPart, CasesPart];

    /// <summary>Whether everything is there that will be: a decision can be made.</summary>
    public bool IsComplete => Evidence is not null && !Parts.Any(p => p.IsUnderway);

    /// <summary>Whether a part failed, and gathering it again may help.</summary>
    public bool HasFailedPart => Parts.Any(p => p.State == PartState.Failed);

    /// <summary>The same, with the canonical text and digest of what it holds.</summary>
    public GatheredEvidence Sealed() => EvidenceSeal.Put(this);
}
