using System.Collections.Concurrent;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>
/// Gathers the evidence of each candidate once, in the background, and keeps it: the second to look waits for nothing. What is kept
/// is taken for true only while the cloud, read again, says the same.
/// </summary>
internal sealed class CandidateEvidence(
    IEvidenceReader reader, PartsGatherer gatherer, MeasuredStore store, IInventory<EndpointSummary> endpoints, IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    private const int MostKept = 200;

    /// <summary>After this time what is kept is still shown, and read again behind it.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<CandidateKey, Gathering> gatherings = new();

    /// <summary>What a page shows: what is kept, or what is there after <paramref name="patience"/>.</summary>
    /// <exception cref="CloudException">The evidence was never read, and cannot be.</exception>
    public async Task<GatheredEvidence> ShowAsync(CandidateKey key, TimeSpan patience, CancellationToken cancelled)
    {
        var gathering = Of(key);
        var state = gathering.State;
        if (state.Evidence is null || ProductionMoved(state))
            await gathering.ReadAsync(cancelled);
        else if (time.GetUtcNow() - state.ReadAt > Fresh)
            _ = gathering.ReadQuietlyAsync();
        return await gathering.WaitAsync(patience, cancelled);
    }

    /// <summary>What a decision is checked against: read from the cloud now, with what was measured of just that.</summary>
    /// <exception cref="CloudException">The cloud cannot be asked.</exception>
    public async Task<GatheredEvidence> ReadNowAsync(CandidateKey key, CancellationToken cancelled)
    {
        var gathering = Of(key);
        await gathering.ReadAsync(cancelled);
        return await gathering.WaitAsync(TimeSpan.Zero, cancelled);
    }

    /// <summary>What is kept, without a wait; what is not there yet is begun.</summary>
    public GatheredEvidence Kept(CandidateKey key)
    {
        Begin(key);
        return Of(key).State;
    }

    /// <summary>Begins to gather, for whoever will look.</summary>
    public void Begin(CandidateKey key)
    {
        var gathering = Of(key);
        if (gathering.State.Evidence is null)
            _ = gathering.ReadQuietlyAsync();
    }

    /// <summary>Gathers once more what failed.</summary>
    public void Retry(CandidateKey key) => Of(key).Retry();

    public void Dispose()
    {
        foreach (var gathering in gatherings.Values)
            gathering.Dispose();
    }

    /// <summary>The inventory knows first when a deployment or a shift changed what production runs.</summary>
    private bool ProductionMoved(GatheredEvidence state)
    {
        if (state.Evidence is not { ProductionEndpointName.Length: > 0 } evidence)
            return false;
        var known = endpoints.Current(evidence.Connection);
        if (known.AsOf is null || known.AsOf < state.ReadAt)
            return false;
        var now = known.Items.FirstOrDefault(e => e.Name == evidence.ProductionEndpointName);
        return !Runs(now).SequenceEqual(Runs(evidence.ProductionEndpoint));

        static IEnumerable<(string, string)> Runs(EndpointSummary? endpoint) =>
            (endpoint?.Variants ?? []).Select(v => (v.Name, v.Model)).OrderBy(v => v.Name, StringComparer.Ordinal);
    }

    private Gathering Of(CandidateKey key)
    {
        var gathering = gatherings.GetOrAdd(key, k => new Gathering(k, reader, gatherer, store, time, lifetime.ApplicationStopping));
        gathering.LastAsked = time.GetUtcNow();
        if (gatherings.Count > MostKept && gatherings.MinBy(g => g.Value.LastAsked) is { Key: not null } oldest && oldest.Key != key)
            gatherings.TryRemove(oldest.Key, out _);
        return gathering;
    }
}
