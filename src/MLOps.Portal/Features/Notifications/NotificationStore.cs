using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace MLOps.Portal.Features.Notifications;

/// <summary>What the portal's own list shows of a notice.</summary>
internal sealed record NoticeLine(long Id, NoticeKind Kind, string Title, string Text, DateTimeOffset At, bool IsRead);

/// <summary>Keeps notices, and who has read them.</summary>
internal sealed class NotificationStore(IDbContextFactory<NotificationDbContext> contexts, NotificationFeed feed, TimeProvider time)
{
    /// <summary>More are not counted: the bell says 99+.</summary>
    public const int MostCounted = 100;

    /// <summary>
    /// Keeps a notice together with its way to the channels, in one transaction. False where it is known already, from this instance
    /// before or from another one.
    /// </summary>
    public async Task<bool> AddAsync(Notice notice, bool inPortal, IReadOnlyCollection<string> channels, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        if (await context.Notifications.AnyAsync(n => n.Key == notice.Key, cancelled))
            return false;
        var now = time.GetUtcNow();
        await using var transaction = await context.Database.BeginTransactionAsync(cancelled);
        var row = new NotificationRow
        {
            Key = notice.Key, Kind = notice.Kind, Title = Cut(notice.Title, NotificationRow.LongestTitle), Text = Cut(notice.Text, NotificationRow.LongestText), Path = notice.Path,
            Facts = JsonSerializer.Serialize(notice.Facts.ToDictionary(f => f.Name, f => Cut(f.Value, 300))), At = now, InPortal = inPortal,
        };
        context.Add(row);
        try
        {
            await context.SaveChangesAsync(cancelled);
        }
        catch (DbUpdateException) when (!cancelled.IsCancellationRequested)
        {
            await transaction.RollbackAsync(cancelled);
            // The unique index refused it: another instance was first. Any other fault is told.
            await using var fresh = await contexts.CreateDbContextAsync(cancelled);
            if (await fresh.Notifications.AnyAsync(n => n.Key == notice.Key, cancelled))
                return false;
            throw;
        }
        context.AddRange(channels.Select(channel => new DeliveryRow { NotificationId = row.Id, Channel = channel, CreatedAt = now, NextAt = now }));
        await context.SaveChangesAsync(cancelled);
        await transaction.CommitAsync(cancelled);
        feed.Ring();
        return true;
    }

    /// <summary>The newest notices of the portal's list, as a person has read them.</summary>
    public async Task<IReadOnlyList<NoticeLine>> LatestAsync(string userId, bool unreadOnly, int most, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var lines = from n in context.Notifications.AsNoTracking()
                    where n.InPortal
                    let isRead = context.Reads.Any(r => r.UserId == userId && r.NotificationId == n.Id)
                    where !unreadOnly || !isRead
                    orderby n.Id descending
                    select new NoticeLine(n.Id, n.Kind, n.Title, n.Text, n.At, isRead);
        return await lines.Take(most).ToListAsync(cancelled);
    }

    /// <summary>How many notices the person has not read, up to <see cref="MostCounted"/>.</summary>
    public async Task<int> UnreadAsync(string userId, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await Unread(context, userId).OrderBy(n => n.Id).Take(MostCounted).CountAsync(cancelled);
    }

    /// <summary>The id of the newest notice; 0 where there is none.</summary>
    public async Task<long> NewestAsync(CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Notifications.MaxAsync(n => (long?)n.Id, cancelled) ?? 0;
    }

    /// <summary>Where a notice leads; null where there is none of that id.</summary>
    public async Task<string?> PathAsync(long id, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Notifications.Where(n => n.Id == id && n.InPortal).Select(n => n.Path).FirstOrDefaultAsync(cancelled);
    }

    public async Task MarkAsync(string userId, long id, bool read, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        if (read)
            await AddReadsAsync(context, userId, [id], cancelled);
        else
            await context.Reads.Where(r => r.UserId == userId && r.NotificationId == id).ExecuteDeleteAsync(cancelled);
        feed.Ring();
    }

    public async Task MarkAllReadAsync(string userId, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        await AddReadsAsync(context, userId, await Unread(context, userId).Select(n => n.Id).ToListAsync(cancelled), cancelled);
        feed.Ring();
    }

    /// <summary>Forgets what is older, with what was sent of it.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var old = context.Notifications.Where(n => n.At < before).Select(n => n.Id);
        await context.Deliveries.Where(d => old.Contains(d.NotificationId)).ExecuteDeleteAsync(cancelled);
        await context.Reads.Where(r => old.Contains(r.NotificationId)).ExecuteDeleteAsync(cancelled);
        await context.Notifications.Where(n => n.At < before).ExecuteDeleteAsync(cancelled);
    }

    private static IQueryable<NotificationRow> Unread(NotificationDbContext context, string userId) =>
        context.Notifications.Where(n => n.InPortal && !context.Reads.Any(r => r.UserId == userId && r.NotificationId == n.Id));

    private static async Task AddReadsAsync(NotificationDbContext context, string userId, IReadOnlyCollection<long> ids, CancellationToken cancelled)
    {
        var known = await context.Reads.Where(r => r.UserId == userId && ids.Contains(r.NotificationId)).Select(r => r.NotificationId).ToListAsync(cancelled);
        context.AddRange(ids.Except(known).Select(id => new ReadRow { UserId = userId, NotificationId = id }));
        try
        {
            await context.SaveChangesAsync(cancelled);
        }
        catch (DbUpdateException) when (!cancelled.IsCancellationRequested)
        {
            // The same person marked it in another window at the same moment, or it was forgotten meanwhile.
        }
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 1), "…");
}
