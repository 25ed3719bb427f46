namespace MLOps.Portal.Features.Approvals;

/// <summary>What a person decided about an approval. Written before the cloud is told, completed after it answered.</summary>
public sealed class Decision
{
    public long Id { get; set; }

    public required string Connection { get; set; }

    public required string Pipeline { get; set; }

    public required string Stage { get; set; }

    public required string Action { get; set; }

    public required string ExecutionId { get; set; }

    public required bool Approved { get; set; }

    public required string Comment { get; set; }

    /// <summary>SHA-256 of the evidence that was on the page, 64 hex digits.</summary>
    public required string EvidenceDigest { get; set; }

    /// <summary>The evidence itself, in its canonical form.</summary>
    public required string Evidence { get; set; }

    public required string UserId { get; set; }

    public required string UserName { get; set; }

    public required DateTimeOffset DecidedAt { get; set; }

    /// <summary>When the cloud took the answer; null while that is not known.</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>What the cloud said: <c>Done</c>, <c>AlreadyAnswered</c>, <c>Superseded</c>…; empty while it was not asked.</summary>
    public string Outcome { get; set; } = "";
}
