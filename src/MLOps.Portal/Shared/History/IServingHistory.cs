namespace MLOps.Portal.Shared.History;

/// <summary>What served, from when to when: kept by the portal, past the twelve months that CodePipeline remembers.</summary>
/// <param name="Share">The variant's share of the endpoint's traffic, 0 to 1.</param>
/// <param name="To">The end; null while it serves.</param>
public sealed record ServingPeriod(string Endpoint, string Variant, string Model, string TrainingJob, string ConfigName, string ImageDigest, double Share, DateTimeOffset From, DateTimeOffset? To);

/// <summary>Periods that touch a time, by endpoint and variant, the oldest of each first.</summary>
/// <param name="HasMore">Whether there are older ones that were left out.</param>
public sealed record ServingPeriods(IReadOnlyList<ServingPeriod> Items, bool HasMore);

/// <summary>What became of a deployment.</summary>
public enum EndpointChangeKind
{
    Created,
    Started,
    Deployed,
    RolledBack,
    Failed,
    Weights,
    Deleted,
}

/// <summary>A change of an endpoint.</summary>
/// <param name="What">In words: the configuration, the weights, the reason.</param>
public sealed record EndpointChange(string Endpoint, DateTimeOffset At, EndpointChangeKind Kind, string ConfigName, string What);

/// <summary>Reads the history that the portal keeps.</summary>
public interface IServingHistory
{
    /// <summary>How many periods are told at once.</summary>
    const int MostPeriods = 2000;

    /// <summary>The periods that touch a time; where there are more than <see cref="MostPeriods"/>, those that began last.</summary>
    Task<ServingPeriods> PeriodsAsync(string connection, DateTimeOffset from, DateTimeOffset to, string? endpoint = null, CancellationToken cancelled = default);

    /// <summary>The endpoints that have served, by their names.</summary>
    Task<IReadOnlyList<string>> EndpointsAsync(string connection, CancellationToken cancelled = default);

    /// <summary>An endpoint's changes, newest first.</summary>
    Task<IReadOnlyList<EndpointChange>> ChangesAsync(string connection, string endpoint, int most = 200, CancellationToken cancelled = default);

    /// <summary>The changes of all endpoints, newest first.</summary>
    Task<IReadOnlyList<EndpointChange>> LatestAsync(string connection, int most, CancellationToken cancelled = default);

    /// <summary>When the portal began to look; null where it has seen nothing yet.</summary>
    Task<DateTimeOffset?> SinceAsync(string connection, CancellationToken cancelled = default);
}
