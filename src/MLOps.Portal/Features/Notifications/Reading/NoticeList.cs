using Microsoft.EntityFrameworkCore;

namespace MLOps.Portal.Features.Notifications.Reading;

/// <summary>The portal's own list: a line a series, as a person has read it.</summary>
internal sealed class NoticeList(IDbContextFactory<NotificationDbContext> contexts, NotificationFeed feed)
{
    /// <summary>More are not counted: the bell says 99+.</summary>
    public const int MostCounted = 100;

    // Every open page looks when something is told: the newest tell what matters, and what asks the person, however old it is.
    private const int MostLooked = 2000;

    /// <summary>The lines of the list: what asks the person first, then the newest.</summary>
    public async Task<IReadOnlyList<NoticeLine>> LatestAsync(NoticeReader reader, bool unreadOnly, int most, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var series = Series(context, reader);
        if (unreadOnly)
            series = series.Where(s => s.Unread > 0);
        var shown = await series.OrderByDescending(s => reader.Asks.Contains(s.Series) ? 1 : 0).ThenByDescending(s => s.Newest).Take(most).ToListAsync(cancelled);
        var ids = shown.SelectMany(s => new[] { s.Newest, s.First }).Distinct().ToList();
        var rows = await context.Notifications.AsNoTracking().Where(n => ids.Contains(n.Id)).ToDictionaryAsync(n => n.Id, cancelled);
        return [.. from s in shown
                   where rows.ContainsKey(s.Newest) && rows.ContainsKey(s.First) // what was forgotten meanwhile is not
                   let n = rows[s.Newest]
                   select new NoticeLine(n.Id, n.Kind, n.Title, n.Text, n.At, s.Unread == 0, s.Count, rows[s.First].At, reader.Asks.Contains(s.Series))];
    }

    /// <summary>How many series hold something that the person has not read, up to <see cref="MostCounted"/>.</summary>
    public async Task<int> UnreadAsync(NoticeReader reader, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await Unread(context, reader).Select(n => n.Series).Distinct().OrderBy(s => s).Take(MostCounted).CountAsync(cancelled);
    }

    /// <summary>Where a notice leads; null where there is none of that id.</summary>
    public async Task<string?> PathAsync(long id, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Notifications.Where(n => n.Id == id && n.InPortal).Select(n => n.Path).FirstOrDefaultAsync(cancelled);
    }

    /// <summary>Marks the whole series of a notice as read, or that notice as unread.</summary>
    public async Task MarkAsync(string userId, long id, bool read, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        if (read)
        {
            var series = context.Notifications.Where(n => n.Id == id).Select(n => n.Series);
            await AddReadsAsync(context, userId, Unread(context, new NoticeReader(userId)).Where(n => series.Contains(n.Series)), cancelled);
        }
        else
        {
            await context.Reads.Where(r => r.UserId == userId && r.NotificationId == id).ExecuteDeleteAsync(cancelled);
        }
        feed.Ring();
    }

    public async Task MarkAllReadAsync(NoticeReader reader, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        await AddReadsAsync(context, reader.UserId, Unread(context, reader), cancelled);
        feed.Ring();
    }

    private static IQueryable<NotificationRow> Visible(NotificationDbContext context, NoticeReader reader) => context.Notifications.Where(n =>
        (n.Id > context.Notifications.Max(m => m.Id) - MostLooked || reader.Asks.Contains(n.Series)) && n.InPortal && !reader.Hidden.Contains(n.Kind) && (!reader.AskedAlone.Contains(n.Kind) || reader.Asks.Contains(n.Series)));

    private static IQueryable<NotificationRow> Unread(NotificationDbContext context, NoticeReader reader) =>
        Visible(context, reader).Where(n => !context.Reads.Any(r => r.UserId == reader.UserId && r.NotificationId == n.Id));

    private static IQueryable<SeriesRow> Series(NotificationDbContext context, NoticeReader reader) =>
        from seen in
            from n in Visible(context, reader)
            join r in context.Reads.Where(r => r.UserId == reader.UserId) on n.Id equals r.NotificationId into reads
            from r in reads.DefaultIfEmpty()
            select new { n.Series, n.Id, Unread = r == null ? 1 : 0 }
        group seen by seen.Series into s
        select new SeriesRow { Series = s.Key, Newest = s.Max(n => n.Id), First = s.Min(n => n.Id), Count = s.Count(), Unread = s.Sum(n => n.Unread) };

    private static async Task AddReadsAsync(NotificationDbContext context, string userId, IQueryable<NotificationRow> unread, CancellationToken cancelled)
    {
        context.AddRange((await unread.Select(n => n.Id).ToListAsync(cancelled)).Select(id => new ReadRow { UserId = userId, NotificationId = id }));
        try
        {
            await context.SaveChangesAsync(cancelled);
        }
        catch (DbUpdateException) when (!cancelled.IsCancellationRequested)
        {
            // The same person marked it in another window at the same moment, or it was forgotten meanwhile.
        }
    }

    private sealed class SeriesRow
    {
        public string Series { get; init; } = "";

        public long Newest { get; init; }

        public long First { get; init; }

        public int Count { get; init; }

        public int Unread { get; init; }
    }
}
