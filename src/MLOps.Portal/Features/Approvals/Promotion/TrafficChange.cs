namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>The ways in which a person changes what production serves.</summary>
public enum ChangeKind
{
    /// <summary>Other shares of the traffic for the variants that are there.</summary>
    Shift,

    /// <summary>The pipeline's stage runs again with what an earlier execution brought.</summary>
    Rollback,

    /// <summary>The endpoint uses an earlier configuration again.</summary>
    Configuration,
}

/// <summary>A change of what production serves, as a person asked for it. Written before the cloud is told, completed when the cloud has done it.</summary>
public sealed class TrafficChange
{
    public long Id { get; set; }

    public required string Connection { get; set; }

    public required string Endpoint { get; set; }

    public required ChangeKind Kind { get; set; }

    /// <summary>The pipeline and stage that deploy the endpoint; empty where none is known.</summary>
    public required string Pipeline { get; set; }

    public required string Stage { get; set; }

    /// <summary>What each variant took before, as <see cref="Shares"/> writes it.</summary>
    public required string Before { get; set; }

    /// <summary>What each variant shall take. For a roll back by training job, as it was shared then; empty where nobody knows.</summary>
    public required string After { get; set; }

    /// <summary>The execution or configuration that it goes back to; empty for a shift.</summary>
    public required string Target { get; set; }

    /// <summary>The execution that rolls back; empty until it is known, and for other changes.</summary>
    public string ExecutionId { get; set; } = "";

    /// <summary>Why, as the person wrote it; may be empty.</summary>
    public required string Reason { get; set; }

    /// <summary>What was on the page: the endpoint's configuration, variants and weights, in its canonical form.</summary>
    public required string Seen { get; set; }

    /// <summary>SHA-256 of the evidence for the challenger, 64 hex digits; empty where traffic is taken back.</summary>
    public required string EvidenceDigest { get; set; }

    public required string UserId { get; set; }

    public required string UserName { get; set; }

    public required DateTimeOffset AskedAt { get; set; }

    /// <summary>When the cloud had done it, or had given up; null while it works on it.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary><c>Done</c>, <c>Failed</c>, <c>Refused</c>, or <c>Vote</c> where more people must agree; empty while the cloud works on it.</summary>
    public string Outcome { get; set; } = "";

    /// <summary>What the cloud said where it did not go well.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Set while the cloud works on it: an endpoint takes one change at a time.</summary>
    public string? ActiveKey { get; set; }
}
