using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace MLOps.Portal.Features.Notifications;

/// <summary>Keeps notices.</summary>
internal sealed class NotificationStore(IDbContextFactory<NotificationDbContext> contexts, NotificationFeed feed, TimeProvider time)
{
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
            Key = notice.Key, Series = notice.Series.Length > 0 ? notice.Series : notice.Key, Kind = notice.Kind, Title = Cut(notice.Title, NotificationRow.LongestTitle), Text = Cut(notice.Text, NotificationRow.LongestText), Path = notice.Path,
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

    /// <summary>The id of the newest notice; 0 where there is none.</summary>
    public async Task<long> NewestAsync(CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Notifications.MaxAsync(n => (long?)n.Id, cancelled) ?? 0;
    }

    /// <summary>What comes next about these begins series of their own.</summary>
    /// <param name="series">As <see cref="Notice.Series"/> has them.</param>
    public async Task EndSeriesAsync(IReadOnlyCollection<string> series, CancellationToken cancelled)
    {
        var newest = await NewestAsync(cancelled);
        var end = string.Create(CultureInfo.InvariantCulture, $"#{newest}");
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        foreach (var some in series.Chunk(500))
            await context.Notifications.Where(n => some.Contains(n.Series)).ExecuteUpdateAsync(set => set.SetProperty(n => n.Series, n => n.Series + end), cancelled);
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

    private static string Cut(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 1), "…");
}
