using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>Who changed what production serves, when, and how long it took.</summary>
internal sealed class ChangeStore(IDbContextFactory<PromotionDbContext> databases, TimeProvider time)
{
    public const string Done = "Done";
    public const string Failed = "Failed";

    /// <summary>The cloud said no at once: nothing changed.</summary>
    public const string Refused = "Refused";

    /// <summary>One of several people has agreed; nothing changed yet.</summary>
    public const string Vote = "Vote";

    /// <summary>Writes a change down that the cloud is about to be told; false where another one of the endpoint is under way.</summary>
    public async Task<bool> BeginAsync(TrafficChange change, ClaimsPrincipal person)
    {
        change.ActiveKey = $"{change.Connection}/{change.Endpoint}";
        await using (var database = await databases.CreateDbContextAsync(CancellationToken.None))
        {
            Add(database, change, person);
            try
            {
                await database.SaveChangesAsync();
                return true;
            }
            catch (DbUpdateException)
            {
                // The index lets one in: what is asked below tells whether that is why.
            }
        }
        await using var again = await databases.CreateDbContextAsync(CancellationToken.None);
        return await again.Changes.AnyAsync(c => c.ActiveKey == change.ActiveKey) ? false : throw new InvalidOperationException("The change could not be written down.");
    }

    /// <summary>Writes down that a person agrees to a change.</summary>
    public async Task VoteAsync(TrafficChange change, ClaimsPrincipal person)
    {
        await using var database = await databases.CreateDbContextAsync(CancellationToken.None);
        (change.Outcome, change.EndedAt) = (Vote, time.GetUtcNow());
        Add(database, change, person);
        await database.SaveChangesAsync();
    }

    public async Task StartedAsync(long id, string executionId)
    {
        await using var database = await databases.CreateDbContextAsync(CancellationToken.None);
        await database.Changes.Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.ExecutionId, executionId));
    }

    public async Task EndAsync(long id, string outcome, string detail, DateTimeOffset at)
    {
        await using var database = await databases.CreateDbContextAsync(CancellationToken.None);
        await database.Changes.Where(c => c.Id == id && c.EndedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(c => c.Outcome, outcome).SetProperty(c => c.Detail, detail).SetProperty(c => c.EndedAt, at).SetProperty(c => c.ActiveKey, (string?)null));
    }

    /// <summary>What the cloud works on, of every endpoint.</summary>
    public async Task<IReadOnlyList<TrafficChange>> OpenAsync(CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return await database.Changes.AsNoTracking().Where(c => c.ActiveKey != null).OrderBy(c => c.AskedAt).ToListAsync(cancelled);
    }

    public async Task<TrafficChange?> FindAsync(long id, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return await database.Changes.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancelled);
    }

    /// <summary>An endpoint's changes, newest first; votes among them.</summary>
    public async Task<IReadOnlyList<TrafficChange>> LatestAsync(string connection, string endpoint, int most, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return await database.Changes.AsNoTracking().Where(c => c.Connection == connection && c.Endpoint == endpoint).OrderByDescending(c => c.AskedAt).Take(most).ToListAsync(cancelled);
    }

    /// <summary>The newest change of an endpoint that was made; 0 where there was none.</summary>
    public async Task<long> LastDoneAsync(string connection, string endpoint, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return await database.Changes.Where(c => c.Connection == connection && c.Endpoint == endpoint && c.Outcome == Done).MaxAsync(c => (long?)c.Id, cancelled) ?? 0;
    }

    /// <summary>Those who agreed to this very shift of what is there now, since the endpoint changed last: each person once.</summary>
    public async Task<IReadOnlyList<TrafficChange>> VotesAsync(string connection, string endpoint, string seen, string evidenceDigest, CancellationToken cancelled)
    {
        var last = await LastDoneAsync(connection, endpoint, cancelled);
        await using var database = await databases.CreateDbContextAsync(cancelled);
        var votes = await database.Changes.AsNoTracking()
            .Where(c => c.Id > last && c.Connection == connection && c.Endpoint == endpoint && c.Outcome == Vote && c.Seen == seen && c.EvidenceDigest == evidenceDigest)
            .OrderBy(c => c.AskedAt).ToListAsync(cancelled);
        return [.. votes.DistinctBy(v => (v.UserId, v.After))];
    }

    private void Add(PromotionDbContext database, TrafficChange change, ClaimsPrincipal person)
    {
        (change.UserId, change.UserName, change.AskedAt) = (person.Id(), person.DisplayName(), time.GetUtcNow());
        database.Changes.Add(change);
    }
}
