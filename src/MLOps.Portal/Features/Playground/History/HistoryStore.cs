using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Features.Playground.Answers;

namespace MLOps.Portal.Features.Playground.History;

/// <summary>What each person sent, newest first and bounded; nobody sees another's.</summary>
internal sealed class HistoryStore(IDbContextFactory<PlaygroundDbContext> contexts)
{
    /// <summary>How much is kept of a person and connection.</summary>
    public const int Most = 50;

    public async Task<IReadOnlyList<Attempt>> ListAsync(string userId, string connection, CancellationToken cancelled = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var sent = await Of(context, userId, connection).OrderByDescending(r => r.At).ThenByDescending(r => r.Id).Take(Most).AsNoTracking().ToListAsync(cancelled);
        return [.. sent.Select(r => r.ToAttempt())];
    }

    public async Task AddAsync(string userId, string connection, Attempt attempt, CancellationToken cancelled = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        context.Requests.Add(SentRequest.Of(userId, connection, attempt));
        await context.SaveChangesAsync(cancelled);
        var oldest = await Of(context, userId, connection).OrderByDescending(r => r.At).ThenByDescending(r => r.Id).Skip(Most).Select(r => r.Id).ToListAsync(cancelled);
        if (oldest.Count > 0)
            await context.Requests.Where(r => oldest.Contains(r.Id)).ExecuteDeleteAsync(cancelled);
    }

    public async Task ClearAsync(string userId, string connection, CancellationToken cancelled = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        await Of(context, userId, connection).ExecuteDeleteAsync(cancelled);
    }

    private static IQueryable<SentRequest> Of(PlaygroundDbContext context, string userId, string connection) =>
        context.Requests.Where(r => r.UserId == userId && r.Connection == connection);
}
