using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Audit;

/// <summary>Follows the live pipelines, and looks at every approval whose answer comes in; at start also at those that came in before.</summary>
internal sealed partial class OutsideWatch(
    ICloudConnections connections, IInventory<PipelineSummary> inventory, OutsideAnswers outside, Data.DatabaseSetup database, TimeProvider time, ILogger<OutsideWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private const int MostSeen = 10_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        await Task.WhenAll(connections.All.Select(c => FollowAsync(c.Name, stoppingToken)));
    }

    private async Task FollowAsync(string connection, CancellationToken stopping)
    {
        var known = new Known([], [], []);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var (state, changes) = inventory.Subscribe(connection);
                await LookAsync(connection, state, known, stopping);
                await foreach (var next in changes.WithCancellation(stopping))
                    await LookAsync(connection, next, known, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is CloudException or LedgerUnavailableException || LedgerStore.IsOfDatabase(fault))
            {
                // What was not looked at is looked at again: it is not among what was seen.
                Log.Later(logger, connection, fault.Message);
                await Task.Delay(Pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LookAsync(string connection, InventoryState<PipelineSummary> state, Known known, CancellationToken stopping)
    {
        if (state.AsOf is null)
            return;
        foreach (var pipeline in state.Items.Where(p => p.Stages.Any(s => s.Actions.Any(a => a.Category == "Approval"))))
        {
            if (!known.Pipelines.Contains(pipeline.Name))
            {
                await foreach (var missed in outside.MissedAsync(connection, pipeline.Name, stopping))
                    await CheckAsync(missed, known, stopping);
                known.Pipelines.Add(pipeline.Name);
            }
            foreach (var stage in pipeline.Stages)
            {
                foreach (var action in stage.Actions.Where(a => a is { Category: "Approval", Status: "Succeeded" or "Failed" } && stage.ExecutionId.Length > 0))
                {
                    var ended = new EndedApproval(connection, pipeline.Name, stage.Name, action.Name, stage.ExecutionId);
                    if (known.Seen.Contains((ended, action.LastChange)))
                        continue;
                    await CheckAsync(ended, known, stopping);
                    if (known.Seen.Count > MostSeen)
                        known.Seen.Clear();
                    known.Seen.Add((ended, action.LastChange));
                }
            }
        }
        // An answer of the portal's own is in the cloud a moment before the ledger says so; one that was cut off, until it is looked up.
        while (known.Open.Count > 0)
        {
            await Task.Delay(Moment, time, stopping);
            foreach (var open in known.Open.ToList())
                await CheckAsync(open, known, stopping);
        }
    }

    private async Task CheckAsync(EndedApproval ended, Known known, CancellationToken stopping)
    {
        if (await outside.CheckAsync(ended, stopping))
            known.Open.Remove(ended);
        else
            known.Open.Add(ended);
    }

    /// <summary>What was looked at: pipelines since when the portal is on, single answers, and those of which it cannot be told yet whose they are.</summary>
    private sealed record Known(HashSet<string> Pipelines, HashSet<(EndedApproval Approval, DateTimeOffset? At)> Seen, HashSet<EndedApproval> Open);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Whether approvals of {Connection} were answered outside the portal cannot be told yet: {Reason}")]
        public static partial void Later(ILogger logger, string connection, string reason);
    }
}
