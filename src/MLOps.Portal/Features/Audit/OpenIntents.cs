using Microsoft.EntityFrameworkCore;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Audit;

/// <summary>Intents without a final outcome.</summary>
internal sealed class OpenIntents(IDbContextFactory<LedgerDbContext> databases)
{
    /// <summary>Intents, oldest first, of which no outcome is known but that an answer was lost.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> ListAsync(CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return await database.Entries.AsNoTracking()
            .Where(e => e.Type == EntryType.Intent && !database.Entries.Any(o => o.Of == e.Sequence && o.Result != EntryResult.Lost))
            .OrderBy(e => e.Sequence).ToListAsync(cancelled);
    }
}
