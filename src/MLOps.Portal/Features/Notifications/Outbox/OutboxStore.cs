using Microsoft.EntityFrameworkCore;

namespace MLOps.Portal.Features.Notifications.Outbox;

/// <summary>A message that this instance may send now.</summary>
internal sealed record ClaimedDelivery(DeliveryRow Delivery, NotificationRow Notice);

/// <summary>A message on its way, or at its end, for administrators.</summary>
internal sealed record DeliveryLine(long Id, string Channel, DeliveryState State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset NextAt, string? LastFault, string Title, NoticeKind Kind);

/// <summary>The messages on their way. An instance leases what it sends: no other one sends it meanwhile.</summary>
internal sealed class OutboxStore(IDbContextFactory<NotificationDbContext> contexts, NotificationFeed feed, TimeProvider time)
{
    /// <summary>Who this instance is to the others.</summary>
    private readonly string me = $"{Environment.MachineName[..Math.Min(Environment.MachineName.Length, 24)]}:{Guid.NewGuid():n}";

    /// <summary>Takes what is due, at most <paramref name="most"/>. What another instance holds is left to it until its lease ends.</summary>
    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(TimeSpan lease, int most, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var now = time.GetUtcNow();
        var due = await context.Deliveries.AsNoTracking()
            .Where(d => d.State == DeliveryState.Pending && d.NextAt <= now && (d.LeasedUntil == null || d.LeasedUntil < now))
            .OrderBy(d => d.NextAt).Take(most).Select(d => d.Id).ToListAsync(cancelled);
        var claimed = new List<ClaimedDelivery>();
        foreach (var id in due)
        {
            // One statement decides between instances: the second one finds the lease and changes nothing.
            var until = now + lease;
            var taken = await context.Deliveries
                .Where(d => d.Id == id && d.State == DeliveryState.Pending && d.NextAt <= now && (d.LeasedUntil == null || d.LeasedUntil < now))
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.LeasedBy, me).SetProperty(d => d.LeasedUntil, until), cancelled);
            if (taken == 0)
                continue;
            claimed.Add(await (from d in context.Deliveries.AsNoTracking()
                               join n in context.Notifications on d.NotificationId equals n.Id
                               where d.Id == id
                               select new ClaimedDelivery(d, n)).SingleAsync(cancelled));
        }
        return claimed;
    }

    /// <summary>When the next message is due; null where none waits.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Deliveries.Where(d => d.State == DeliveryState.Pending).OrderBy(d => d.NextAt).Select(d => (DateTimeOffset?)d.NextAt).FirstOrDefaultAsync(cancelled);
    }

    public Task SentAsync(long id, CancellationToken cancelled) => EndAsync(id, DeliveryState.Sent, null, cancelled);

    public Task GiveUpAsync(long id, string fault, CancellationToken cancelled) => EndAsync(id, DeliveryState.Dead, fault, cancelled);

    public async Task TryLaterAsync(long id, DateTimeOffset next, string fault, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var cut = Cut(fault);
        await Mine(context, id).ExecuteUpdateAsync(set => set
            .SetProperty(d => d.Attempts, d => d.Attempts + 1).SetProperty(d => d.NextAt, next).SetProperty(d => d.LastFault, cut)
            .SetProperty(d => d.LeasedBy, (string?)null).SetProperty(d => d.LeasedUntil, (DateTimeOffset?)null), cancelled);
        feed.Ring();
    }

    /// <summary>Tries a message that was given up once more from the beginning; false where it is none.</summary>
    public async Task<bool> ReviveAsync(long id, CancellationToken cancelled = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var now = time.GetUtcNow();
        var revived = await context.Deliveries.Where(d => d.Id == id && d.State == DeliveryState.Dead).ExecuteUpdateAsync(set => set
            .SetProperty(d => d.State, DeliveryState.Pending).SetProperty(d => d.Attempts, 0).SetProperty(d => d.NextAt, now).SetProperty(d => d.EndedAt, (DateTimeOffset?)null), cancelled);
        feed.Ring();
        return revived > 0;
    }

    /// <summary>Messages, those that need a person first, then the newest.</summary>
    public async Task<IReadOnlyList<DeliveryLine>> LatestAsync(int most, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var lines = from d in context.Deliveries.AsNoTracking()
                    join n in context.Notifications on d.NotificationId equals n.Id
                    orderby d.State == DeliveryState.Dead ? 0 : d.State == DeliveryState.Pending ? 1 : 2, d.Id descending
                    select new DeliveryLine(d.Id, d.Channel, d.State, d.Attempts, d.CreatedAt, d.NextAt, d.LastFault, n.Title, n.Kind);
        return await lines.Take(most).ToListAsync(cancelled);
    }

    /// <summary>How many messages nobody tries any more.</summary>
    public async Task<int> DeadAsync(CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Deliveries.CountAsync(d => d.State == DeliveryState.Dead, cancelled);
    }

    private async Task EndAsync(long id, DeliveryState state, string? fault, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var (now, cut) = (time.GetUtcNow(), fault is null ? null : Cut(fault));
        await Mine(context, id).ExecuteUpdateAsync(set => set
            .SetProperty(d => d.State, state).SetProperty(d => d.Attempts, d => d.Attempts + 1).SetProperty(d => d.EndedAt, now).SetProperty(d => d.LastFault, cut)
            .SetProperty(d => d.LeasedBy, (string?)null).SetProperty(d => d.LeasedUntil, (DateTimeOffset?)null), cancelled);
        feed.Ring();
    }

    private IQueryable<DeliveryRow> Mine(NotificationDbContext context, long id) => context.Deliveries.Where(d => d.Id == id && d.LeasedBy == me);

    private static string Cut(string fault) => fault.Length <= DeliveryRow.LongestFault ? fault : fault[..DeliveryRow.LongestFault];
}
