namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>What was measured of a candidate: kept, so that a restart does not ask the models again, and a past decision can be shown with what it rested on.</summary>
public sealed class MeasuredEvidence
{
    /// <summary>The digest of the evidence that it was measured for, and the variant that was asked in place of the DEV endpoint.</summary>
    public required string Key { get; set; }

    /// <summary>The digest of the evidence and what was measured together, as decisions carry it; 64 hex digits.</summary>
    public required string Digest { get; set; }

    /// <summary>The canonical text of <see cref="Digest"/>.</summary>
    public required string Canonical { get; set; }

    /// <summary>Answers to the cases and the identity of the training data: JSON.</summary>
    public required string Parts { get; set; }

    public required DateTimeOffset MeasuredAt { get; set; }
}
