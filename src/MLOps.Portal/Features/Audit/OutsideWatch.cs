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
    private const int MostSeen = 10_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        await Task.WhenAll(connections.All.Select(c => FollowAsync(c.Name, stoppingToken)));
    }

    private async Task FollowAsync(string connection, CancellationToken stopping)
    {
        var looked = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<(EndedApproval, DateTimeOffset?)>();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var (state, changes) = inventory.Subscribe(connection);
                await LookAsync(connection, state, looked, seen, stopping);
                await foreach (var next in changes.WithCancellation(stopping))
                    await LookAsync(connection, next, looked, seen, stopping);
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

    private async Task LookAsync(string connection, InventoryState<PipelineSummary> state, HashSet<string> looked, HashSet<(EndedApproval, DateTimeOffset?)> seen, CancellationToken stopping)
    {
        if (state.AsOf is null)
            return;
        foreach (var pipeline in state.Items.Where(p => p.Stages.Any(s => s.Actions.Any(a => a.Category == "Approval"))))
        {
            if (!looked.Contains(pipeline.Name))
            {
                await foreach (var missed in outside.MissedAsync(connection, pipeline.Name, stopping))
                    await outside.CheckAsync(missed, stopping);
                looked.Add(pipeline.Name);
            }
            foreach (var stage in pipeline.Stages)
            {
                foreach (var action in stage.Actions.Where(a => a is { Category: "Approval", Status: "Succeeded" or "Failed" } && stage.ExecutionId.Length > 0))
                {
                    var ended = new EndedApproval(connection, pipeline.Name, stage.Name, action.Name, stage.ExecutionId);
                    if (seen.Contains((ended, action.LastChange)))
                        continue;
                    await outside.CheckAsync(ended, stopping);
                    if (seen.Count > MostSeen)
                        seen.Clear();
                    seen.Add((ended, action.LastChange));
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Whether approvals of {Connection} were answered outside the portal cannot be told yet: {Reason}")]
        public static partial void Later(ILogger logger, string connection, string reason);
    }
}
