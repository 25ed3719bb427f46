using MLOps.LocalCloud.Engine.Pipelines.Records;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>How an action ended. <paramref name="ErrorCode"/> is null where it succeeded.</summary>
internal sealed record ActionOutcome(string? ErrorCode, string? Message)
{
    public string? ExternalId { get; init; }
    public string? ExternalUrl { get; init; }
    public string? LogStreamArn { get; init; }
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>What a source action took.</summary>
    public RevisionRecord? Revision { get; init; }

    public bool Succeeded => ErrorCode is null;

    public static ActionOutcome Success(string? summary = null) => new(null, summary);

    /// <param name="code">JobFailed, ConfigurationError, PermissionError, RevisionUnavailable or SystemUnavailable.</param>
    public static ActionOutcome Failure(string code, string message) => new(code, message);
}
