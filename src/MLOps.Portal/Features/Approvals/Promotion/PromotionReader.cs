using System.Security.Claims;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Promotion;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Portal.Shared.History;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>Reads what a promotion is decided by: the same for the page and for the server that holds to it.</summary>
internal sealed class PromotionReader(IProductionReader production, CandidateEvidence evidence, GateCheck gates, IServingHistory served, TimeProvider time)
{
    /// <summary>How far back it is looked what served.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(400);

    /// <summary>What a page shows: the endpoint now, and the evidence that is there after <paramref name="patience"/>.</summary>
    /// <exception cref="CloudException"><see cref="CloudFaultKind.NotFound"/>: there is no such endpoint; else as the cloud refuses.</exception>
    public Task<PromotionState> ShowAsync(string connection, string endpoint, ClaimsPrincipal person, TimeSpan patience, CancellationToken cancelled) =>
        ReadAsync(connection, endpoint, person, key => evidence.ShowAsync(key, patience, cancelled), cancelled);

    /// <summary>What a decision is checked against: all of it read from the cloud now.</summary>
    /// <exception cref="CloudException"><see cref="CloudFaultKind.NotFound"/>: there is no such endpoint; else as the cloud refuses.</exception>
    public Task<PromotionState> ReadNowAsync(string connection, string endpoint, ClaimsPrincipal person, CancellationToken cancelled) =>
        ReadAsync(connection, endpoint, person, key => evidence.ReadNowAsync(key, cancelled), cancelled);

    /// <summary>Gathers once more the parts of the challenger's evidence that failed.</summary>
    public async Task RetryAsync(string connection, string endpoint, CancellationToken cancelled)
    {
        if (Key(connection, await production.HistoryAsync(connection, endpoint, cancelled)) is { } key)
            evidence.Retry(key);
    }

    private async Task<PromotionState> ReadAsync(
        string connection, string endpoint, ClaimsPrincipal person, Func<CandidateKey, Task<GatheredEvidence>> gather, CancellationToken cancelled)
    {
        var history = await production.HistoryAsync(connection, endpoint, cancelled);
        GatheredEvidence? gathered = null;
        CloudFault? fault = null;
        if (Key(connection, history) is { } key)
        {
            try
            {
                var found = await gather(key);
                if (found.Evidence is null)
                    fault = found.Fault ?? new CloudFault(CloudFaultKind.ServiceFailure, "The evidence could not be read.");
                else
                    gathered = found;
            }
            catch (CloudException refused)
            {
                fault = refused.Fault;
            }
        }
        var now = time.GetUtcNow();
        return new PromotionState(
            connection, history, await gates.CheckAsync(history.Pipeline, history.Approval, gathered, person), gathered, fault, await GoodAsync(connection, history, cancelled))
        {
            Periods = (await served.PeriodsAsync(connection, now - Memory, now, endpoint, cancelled)).Items,
        };
    }

    private static CandidateKey? Key(string connection, ProductionHistory history) =>
        history is { Pipeline.Length: > 0, Challenger: { ExecutionId.Length: > 0 } challenger }
            ? new CandidateKey(connection, history.Pipeline, history.Approval, challenger.ExecutionId) { Variant = challenger.Variant }
            : null;

    /// <summary>Only what the portal saw serving is offered: anybody may have made a configuration.</summary>
    private async Task<IReadOnlyList<EarlierConfig>> GoodAsync(string connection, ProductionHistory history, CancellationToken cancelled)
    {
        if (history.Configs.Count == 0)
            return [];
        var good = (await served.ChangesAsync(connection, history.Endpoint.Name, cancelled: cancelled))
            .Where(c => c.Kind is EndpointChangeKind.Created or EndpointChangeKind.Deployed).Select(c => c.ConfigName).ToHashSet();
        return [.. history.Configs.Where(c => good.Contains(c.Name))];
    }
}
