using Microsoft.EntityFrameworkCore;

namespace MLOps.Portal.Features.Notifications.Reading;

/// <summary>When a person is told of a kind of notices in the portal. The names stand in the database.</summary>
public enum NoticeChoice
{
    /// <summary>Whenever there is one.</summary>
    Always,

    /// <summary>While an approval asks the person.</summary>
    WhenAsked,

    Never,
}

/// <summary>What a person chose for a kind; there is none where the person chose nothing.</summary>
public sealed class ChoiceRow
{
    public long Id { get; set; }

    public string UserId { get; set; } = "";

    public NoticeKind Kind { get; set; }

    public NoticeChoice Choice { get; set; }
}

/// <summary>Keeps what people chose.</summary>
internal sealed class ChoiceStore(IDbContextFactory<NotificationDbContext> contexts, NotificationFeed feed)
{
    /// <summary>What the person chose otherwise than <see cref="NoticeChoice.Always"/>.</summary>
    public async Task<IReadOnlyDictionary<NoticeKind, NoticeChoice>> OfAsync(string userId, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Choices.AsNoTracking().Where(c => c.UserId == userId).ToDictionaryAsync(c => c.Kind, c => c.Choice, cancelled);
    }

    public async Task ChooseAsync(string userId, NoticeKind kind, NoticeChoice choice, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        if (await context.Choices.Where(c => c.UserId == userId && c.Kind == kind).ExecuteUpdateAsync(set => set.SetProperty(c => c.Choice, choice), cancelled) == 0)
        {
            context.Add(new ChoiceRow { UserId = userId, Kind = kind, Choice = choice });
            try
            {
                await context.SaveChangesAsync(cancelled);
            }
            catch (DbUpdateException) when (!cancelled.IsCancellationRequested)
            {
                // The same person chose in another window at the same moment; the last word counts. Any other fault shows here again.
                await using var fresh = await contexts.CreateDbContextAsync(cancelled);
                await fresh.Choices.Where(c => c.UserId == userId && c.Kind == kind).ExecuteUpdateAsync(set => set.SetProperty(c => c.Choice, choice), cancelled);
            }
        }
        feed.Ring();
    }
}
