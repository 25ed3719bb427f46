using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Portal.Features.Notifications.Settings;

namespace MLOps.Portal.Features.Notifications.Watching;

/// <summary>
/// Follows the live inventory and keeps what there is to say. It only writes to the database; the outbox speaks to the world. What happened
/// while the portal was away is found at the next start.
/// </summary>
internal sealed partial class NotificationWatch(
    ICloudConnections connections, IInventory<PendingApproval> approvals, IInventory<PipelineSummary> pipelines, IApprovalCommands standings, NotificationStore store,
    WatchedApprovals watched, ChannelBook channels, IOptions<NotificationOptions> options, Data.DatabaseSetup database, TimeProvider time, ILogger<NotificationWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>The longest time until an approval whose end could not be read is asked for again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>The execution by which each pipeline was last seen to succeed, by the series of its failures.</summary>
    private readonly ConcurrentDictionary<string, string> recovered = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        await Task.WhenAll(connections.All.SelectMany<CloudConnection, Task>(c =>
        [
            FollowAsync(c.Name, approvals, TakeApprovalsAsync, stoppingToken),
            FollowAsync(c.Name, pipelines, TakePipelinesAsync, stoppingToken),
        ]));
    }

    /// <summary>Hands every state to <paramref name="take"/>, and the last one again when that says that time alone will bring something.</summary>
    private async Task FollowAsync<T>(string connection, IInventory<T> inventory, Func<string, InventoryState<T>, CancellationToken, Task<TimeSpan?>> take, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await FollowOnceAsync(connection, inventory, take, stopping);
                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is System.Data.Common.DbException or DbUpdateException or InvalidOperationException)
            {
                // The database is away: what it lacks is found at the next look.
                Log.Failed(logger, connection, fault);
                await DelayAsync(Pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FollowOnceAsync<T>(string connection, IInventory<T> inventory, Func<string, InventoryState<T>, CancellationToken, Task<TimeSpan?>> take, CancellationToken stopping)
    {
        var (state, changes) = inventory.Subscribe(connection);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var coming = changes.GetAsyncEnumerator(leaving.Token);
        var next = coming.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                var wait = await take(connection, state, stopping);
                if (wait is { } pause && await Task.WhenAny(next, DelayAsync(pause, leaving.Token)) != next)
                    continue;
                if (!await next)
                    return;
                state = coming.Current;
                next = coming.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // A stream that is still asked for its next state cannot be disposed of.
            await leaving.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task DelayAsync(TimeSpan wait, CancellationToken stopping) => Task.Delay(wait, time, stopping);

    /// <summary>Tells what is due; returns after how long something else will be, whatever the cloud does.</summary>
    internal async Task<TimeSpan?> TakeApprovalsAsync(string connection, InventoryState<PendingApproval> state, CancellationToken cancelled)
    {
        if (state.AsOf is null || state.IsStale)
            return null;
        var now = time.GetUtcNow();
        foreach (var approval in state.Items)
        {
            await watched.AddAsync(approval, cancelled);
            await TellAsync(ApprovalNotices.Due(approval, options.Value, now, connections), cancelled);
        }
        var unread = await EndAsync(connection, state.Items.Select(ApprovalNotices.Key).ToHashSet(StringComparer.Ordinal), cancelled);
        var next = state.Items.Select(a => ApprovalNotices.Next(a, options.Value, now)).Min();
        var wait = next is { } at && at - now < LongestWait ? at - now : LongestWait;
        // Asked at least every minute while anything waits: a clock that is set, or a laptop that slept, delays no reminder by days.
        return unread ? Pause : next is null ? null : wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1);
    }

    /// <summary>Tells what became of approvals that wait no more; true where the cloud could not say.</summary>
    private async Task<bool> EndAsync(string connection, HashSet<string> waiting, CancellationToken cancelled)
    {
        var unread = false;
        foreach (var gone in (await watched.AllAsync(connection, cancelled)).Where(w => !waiting.Contains(w.Key)))
        {
            try
            {
                var standing = await standings.FindAsync(connection, gone.Pipeline, gone.Stage, gone.Action, gone.ExecutionId, cancelled);
                if (standing.Pending is { } pending && ApprovalNotices.Key(pending) == gone.Key)
                {
                    // The inventory lags behind, or the action was asked a moment ago.
                    unread = true;
                    continue;
                }
                if (ApprovalNotices.Ended(gone, standing.Outcome, connections) is { } notice)
                    await TellAsync(notice, cancelled);
                await watched.RemoveAsync(gone, cancelled);
            }
            catch (CloudException refused) when (refused.Fault.Kind != CloudFaultKind.NotFound)
            {
                unread = true;
            }
            catch (CloudException)
            {
                await watched.RemoveAsync(gone, cancelled);
            }
        }
        return unread;
    }

    internal async Task<TimeSpan?> TakePipelinesAsync(string connection, InventoryState<PipelineSummary> state, CancellationToken cancelled)
    {
        if (state.AsOf is null || state.IsStale)
            return null;
        await EndSeriesAsync(state.Items, cancelled);
        foreach (var pipeline in state.Items)
            if (FailureNotices.Of(pipeline, time.GetUtcNow(), connections) is { } notice)
                await TellAsync(notice, cancelled);
        return null;
    }

    /// <summary>A pipeline that succeeded has left its failures behind: the next one is news again. The database is asked once for each success.</summary>
    private async Task EndSeriesAsync(IEnumerable<PipelineSummary> items, CancellationToken cancelled)
    {
        var succeeded = items.Where(p => p.Latest is { Status: "Succeeded" } latest && recovered.GetValueOrDefault(FailureNotices.Series(p)) != latest.Id).ToList();
        if (succeeded.Count == 0)
            return;
        await store.EndSeriesAsync([.. succeeded.Select(FailureNotices.Series)], cancelled);
        foreach (var pipeline in succeeded)
            recovered[FailureNotices.Series(pipeline)] = pipeline.Latest!.Id;
    }

    private async Task TellAsync(Notice notice, CancellationToken cancelled)
    {
        var inPortal = options.Value.InPortalInUse.Contains(notice.Kind);
        var told = channels.For(notice);
        if ((inPortal || told.Count > 0) && await store.AddAsync(notice, inPortal, told, cancelled))
            Log.Announced(logger, notice.Kind, notice.Pipeline, told.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Kind}: {Pipeline}, to {Channels} channels")]
        public static partial void Announced(ILogger logger, NoticeKind kind, string pipeline, int channels);

        [LoggerMessage(Level = LogLevel.Error, Message = "What happens in {Connection} cannot be announced now")]
        public static partial void Failed(ILogger logger, string connection, Exception fault);
    }
}
