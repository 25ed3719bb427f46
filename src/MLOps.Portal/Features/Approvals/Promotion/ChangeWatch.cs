using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Promotion;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>
/// Looks how changes come out that the cloud works on, and writes down when they ended: that is how long a roll back takes. What was begun before
/// a restart of the portal is found out here, not repeated.
/// </summary>
internal sealed partial class ChangeWatch(
    ChangeStore changes, IInventory<EndpointSummary> endpoints, IEndpointCommands commands, Recorder recorder, IProductionReader production, IPipelineReader pipelines, DatabaseSetup database, TimeProvider time, ILogger<ChangeWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // Another instance of the portal may have begun something, and ended itself.
    private static readonly TimeSpan PaceOfOthers = TimeSpan.FromSeconds(30);

    /// <summary>A change that the cloud took shows within this time; what does not is one that it did not take.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim begun = new(0);

    /// <summary>Says that a change was begun.</summary>
    public void Look() => begun.Release();

    public override void Dispose()
    {
        begun.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.Ready.WaitAsync(stoppingToken);
            while (true)
            {
                var open = await OpenAsync(stoppingToken);
                foreach (var change in open)
                    await LookQuietlyAsync(change, stoppingToken);
                await begun.WaitAsync(open.Count > 0 ? Pace : PaceOfOthers, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<IReadOnlyList<TrafficChange>> OpenAsync(CancellationToken stopping)
    {
        try
        {
            return await changes.OpenAsync(stopping);
        }
        catch (Exception fault) when (fault is System.Data.Common.DbException or InvalidOperationException)
        {
            Log.NoDatabase(logger, fault);
            return [];
        }
    }

    private async Task LookQuietlyAsync(TrafficChange change, CancellationToken stopping)
    {
        try
        {
            var (outcome, detail, at) = change.Kind == ChangeKind.Rollback ? await RollbackAsync(change, stopping) : await EndpointAsync(change, stopping);
            if (outcome.Length == 0)
                return;
            await changes.EndAsync(change.Id, outcome, detail, at);
            Log.Ended(logger, change.Kind, change.Endpoint, change.UserName, outcome, (at - change.AskedAt).TotalSeconds, detail);
        }
        catch (CloudException away)
        {
            Log.Away(logger, change.Endpoint, away.Fault.Message);
        }
        catch (Exception fault) when (fault is System.Data.Common.DbException or InvalidOperationException or LedgerUnavailableException)
        {
            Log.NoDatabase(logger, fault);
        }
    }

    private async Task<(string Outcome, string Detail, DateTimeOffset At)> EndpointAsync(TrafficChange change, CancellationToken stopping)
    {
        await endpoints.RefreshAsync(change.Connection, change.Endpoint, stopping);
        var state = endpoints.Current(change.Connection);
        var now = time.GetUtcNow();
        if (state.IsStale || state.AsOf is null)
            return ("", "", now);
        if (state.Items.FirstOrDefault(e => e.Name == change.Endpoint) is not { } endpoint)
            return (ChangeStore.Failed, "The endpoint is not there any more.", now);
        if (endpoint is not { Status: "InService" or "Failed", Pending: null })
            return ("", "", now);
        var at = endpoint.Modified is { } modified && modified >= change.AskedAt && modified <= now ? modified : now;
        if (endpoint.Status == "InService" && (change.Kind == ChangeKind.Configuration ? endpoint.ConfigName == change.Target : IsShared(endpoint, Shares.Read(change.After))))
            return (ChangeStore.Done, "", at);
        // Right after the call the cloud may still tell how it was before.
        if (endpoint.Status == "InService" && now - change.AskedAt < Settles)
            return ("", "", now);
        return (ChangeStore.Failed, endpoint.FailureReason.Length > 0 ? endpoint.FailureReason : $"It serves {endpoint.ConfigName} with {Shares.Of(endpoint).Words}.", at);
    }

    private static bool IsShared(EndpointSummary endpoint, Shares after) =>
        Shares.Of(endpoint).Equal(after) && endpoint.Variants.All(v => Math.Abs(v.CurrentWeight - v.DesiredWeight) < 1e-6);

    private async Task<(string Outcome, string Detail, DateTimeOffset At)> RollbackAsync(TrafficChange change, CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        if (change.ExecutionId.Length == 0)
        {
            // The answer to the call was lost: the execution, where there is one, names its target.
            var started = (await pipelines.ExecutionsAsync(change.Connection, change.Pipeline, cancelled: stopping)).Items
                .FirstOrDefault(e => e.RollbackTargetId == change.Target && e.Started >= change.AskedAt - Settles);
            if (started is not null)
                await changes.StartedAsync(change.Id, started.Id);
            return started is null && now - change.AskedAt > Settles ? (ChangeStore.Failed, "The cloud did not take it.", now) : ("", "", now);
        }
        var (execution, actions) = await pipelines.ExecutionAsync(change.Connection, change.Pipeline, change.ExecutionId, stopping);
        if (execution.Status is "InProgress" or "Stopping")
            return ("", "", now);
        var at = execution.Updated is { } updated && updated >= change.AskedAt && updated <= now ? updated : now;
        return execution.Status == "Succeeded" ? await RestoreAsync(change, at, stopping)
            : (ChangeStore.Failed, actions.LastOrDefault(a => a.ErrorMessage.Length > 0)?.ErrorMessage ?? Shared.Text.Words.OfStatus(execution.Status), at);
    }

    /// <summary>The pipeline brought back the weights of its deployment; the traffic goes back to how it was shared when that was replaced.</summary>
    private async Task<(string Outcome, string Detail, DateTimeOffset At)> RestoreAsync(TrafficChange change, DateTimeOffset at, CancellationToken stopping)
    {
        var served = Shares.Read(change.After);
        if (served.All.Count == 0)
            return (ChangeStore.Done, "", at);
        var history = await production.HistoryAsync(change.Connection, change.Endpoint, stopping);
        var wanted = new Shares(history.Origins.Select(o => KeyValuePair.Create(o.Variant, served[o.TrainingJob])));
        if (history.Endpoint is not { Status: "InService", Pending: null })
            return ("", "", at);
        // Other models than then: there is nothing to share as it was.
        if (wanted.Fault() is not null || history.Origins.Any(o => served.All.All(s => s.Key != o.TrainingJob)))
            return (ChangeStore.Done, "", at);
        if (IsShared(history.Endpoint, wanted))
            return (ChangeStore.Done, "", history.Endpoint.Modified is { } modified && modified > at && modified <= time.GetUtcNow() ? modified : at);
        Log.Shares(logger, change.Endpoint, wanted.Words);
        try
        {
            await recorder.RunAsync(PromotionLedger.Restoring(change, wanted), async () =>
            {
                await commands.UpdateWeightsAsync(change.Connection, change.Endpoint, wanted.ToWeights(), stopping);
                return true;
            });
        }
        catch (ClaimedException)
        {
            // It was asked for once; the next look shows what came of it.
        }
        catch (CloudException refused) when (refused.Fault.Kind is CloudFaultKind.Denied or CloudFaultKind.Invalid or CloudFaultKind.NotSupported)
        {
            return (ChangeStore.Failed, $"Rolled back, and the traffic could not be shared as it was: {refused.Fault.Message}", at);
        }
        return ("", "", at);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} of {Endpoint}, asked for by {User}: {Outcome} after {Seconds:0.0} s {Detail}")]
        public static partial void Ended(ILogger logger, ChangeKind kind, string endpoint, string user, string outcome, double seconds, string detail);

        [LoggerMessage(Level = LogLevel.Information, Message = "The traffic of {Endpoint} goes back to how it was shared: {Shares}")]
        public static partial void Shares(ILogger logger, string endpoint, string shares);

        [LoggerMessage(Level = LogLevel.Warning, Message = "How the change of {Endpoint} comes out cannot be seen now: {Fault}")]
        public static partial void Away(ILogger logger, string endpoint, string fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "Changes of production cannot be read or completed: the database does not answer")]
        public static partial void NoDatabase(ILogger logger, Exception fault);
    }
}
