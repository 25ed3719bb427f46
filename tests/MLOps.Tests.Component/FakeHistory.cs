using MLOps.Portal.Shared.History;

namespace MLOps.Tests.Component;

/// <summary>What a test says has served.</summary>
public sealed class FakeHistory : IServingHistory
{
    public List<ServingPeriod> Periods { get; } = [];

    public List<EndpointChange> Changes { get; } = [];

    /// <summary>Whether there are periods that are not told.</summary>
    public bool HasMore { get; set; }

    Task<ServingPeriods> IServingHistory.PeriodsAsync(string connection, DateTimeOffset from, DateTimeOffset to, string? endpoint, CancellationToken cancelled) =>
        Task.FromResult(new ServingPeriods([.. Periods.Where(p => p.From < to && (p.To ?? DateTimeOffset.MaxValue) > from && (endpoint is null || p.Endpoint == endpoint))], HasMore));

    Task<IReadOnlyList<string>> IServingHistory.EndpointsAsync(string connection, CancellationToken cancelled) =>
        Task.FromResult<IReadOnlyList<string>>([.. Periods.Select(p => p.Endpoint).Distinct().Order(StringComparer.Ordinal)]);

    Task<IReadOnlyList<EndpointChange>> IServingHistory.ChangesAsync(string connection, string endpoint, int most, CancellationToken cancelled) =>
        Task.FromResult<IReadOnlyList<EndpointChange>>([.. Changes.Where(c => c.Endpoint == endpoint).OrderByDescending(c => c.At).Take(most)]);

    Task<IReadOnlyList<EndpointChange>> IServingHistory.LatestAsync(string connection, int most, CancellationToken cancelled) =>
        Task.FromResult<IReadOnlyList<EndpointChange>>([.. Changes.OrderByDescending(c => c.At).Take(most)]);

    Task<DateTimeOffset?> IServingHistory.SinceAsync(string connection, CancellationToken cancelled) =>
        Task.FromResult(Periods.Count == 0 ? null : (DateTimeOffset?)Periods.Min(p => p.From));
}
