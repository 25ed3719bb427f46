using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MLOps.Cloud.Approvals;

namespace MLOps.Portal.Features.Notifications.Watching;

/// <summary>Remembers which approvals waited, so that their end is told also when it came while the portal was away.</summary>
internal sealed class WatchedApprovals(IDbContextFactory<NotificationDbContext> contexts)
{
    // States come several times a second; the database is asked once for each approval.
    private readonly ConcurrentDictionary<string, bool> known = new(StringComparer.Ordinal);

    public async Task AddAsync(PendingApproval approval, CancellationToken cancelled)
    {
        var key = ApprovalNotices.Key(approval);
        if (known.ContainsKey(key))
            return;
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        if (!await context.Watched.AnyAsync(w => w.Key == key, cancelled))
        {
            context.Add(new WatchedRow
            {
                Key = key, Connection = approval.Connection, Pipeline = approval.Pipeline, Stage = approval.Stage, Action = approval.Action, ExecutionId = approval.ExecutionId,
            });
            try
            {
                await context.SaveChangesAsync(cancelled);
            }
            catch (DbUpdateException) when (!cancelled.IsCancellationRequested)
            {
                // Another instance was first; a fault of the database shows at the next query.
                return;
            }
        }
        known[key] = true;
    }

    public async Task<IReadOnlyList<WatchedRow>> AllAsync(string connection, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Watched.AsNoTracking().Where(w => w.Connection == connection).ToListAsync(cancelled);
    }

    public async Task RemoveAsync(WatchedRow row, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        await context.Watched.Where(w => w.Id == row.Id).ExecuteDeleteAsync(cancelled);
        known.TryRemove(row.Key, out _);
    }
}
