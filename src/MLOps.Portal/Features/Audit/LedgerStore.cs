using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Audit;

/// <summary>
/// Keeps the ledger in the database. One writer at a time: in a process by a semaphore, among instances by an advisory lock that the
/// transaction holds (PostgreSQL) or by the lock of the file (SQLite).
/// </summary>
internal sealed class LedgerStore(IDbContextFactory<LedgerDbContext> databases, LedgerInstance instance, TimeProvider time) : ILedger, IDisposable
{
    /// <summary>Any number that nothing else locks.</summary>
    private const long Lock = 0x4C6564676572;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The first entry of all.</summary>
    public static readonly LedgerEntry Begin = Entries.Fact(LedgerKind.Begin, "ledger");

    private readonly SemaphoreSlim turn = new(1, 1);

    public async Task<LedgerEntry> AppendAsync(LedgerEntry entry, CancellationToken cancelled = default)
    {
        if (!await turn.WaitAsync(Patience, cancelled))
            throw new LedgerUnavailableException("its writers wait for each other for too long.");
        try
        {
            return await GuardAsync(() => WriteAsync(LedgerText.Kept(entry), cancelled));
        }
        finally
        {
            turn.Release();
        }
    }

    public Task<IReadOnlyList<LedgerEntry>> ByClaimAsync(string claim, CancellationToken cancelled = default) => GuardAsync(async () =>
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return await OfClaimAsync(database, claim, cancelled);
    });

    public void Dispose() => turn.Dispose();

    private async Task<LedgerEntry> WriteAsync(LedgerEntry entry, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        await using var transaction = await database.Database.BeginTransactionAsync(cancelled);
        if (database.Database.IsNpgsql())
        {
            // Ends with the transaction, however that ends.
            var (wait, key) = (((int)Patience.TotalMilliseconds).ToString(CultureInfo.InvariantCulture), Lock.ToString(CultureInfo.InvariantCulture));
#pragma warning disable EF1002, EF1003 // Two constants.
            await database.Database.ExecuteSqlRawAsync($"SET LOCAL lock_timeout = {wait}; SELECT pg_advisory_xact_lock({key})", cancelled);
#pragma warning restore EF1002, EF1003
        }
        var last = await database.Entries.AsNoTracking().OrderByDescending(e => e.Sequence).FirstOrDefaultAsync(cancelled);
        if (last is not null && EntryForm.HashOf(last) != last.Hash)
            throw new LedgerUnavailableException($"its last entry, {last.Sequence}, was changed.");
        if (entry.Claim.Length > 0 && Claims.Against(entry, await OfClaimAsync(database, entry.Claim, cancelled)) is { } holder)
            throw new ClaimedException(holder);
        // What was before the first entry is none of the ledger's business; who reads it later must know since when it is kept.
        if (last is null && entry.Kind != LedgerKind.Begin)
            last = await AddAsync(database, null, Begin, cancelled);
        var placed = await AddAsync(database, last, entry, cancelled);
        await transaction.CommitAsync(cancelled);
        return placed;
    }

    private async Task<LedgerEntry> AddAsync(LedgerDbContext database, LedgerEntry? last, LedgerEntry entry, CancellationToken cancelled)
    {
        var placed = Chain.Append(last, entry with { At = time.GetUtcNow(), Instance = instance.Id });
        database.Entries.Add(placed);
        await database.SaveChangesAsync(cancelled);
        return placed;
    }

    private static async Task<IReadOnlyList<LedgerEntry>> OfClaimAsync(LedgerDbContext database, string claim, CancellationToken cancelled) =>
        await database.Entries.AsNoTracking().Where(e => e.Claim == claim).OrderBy(e => e.Sequence).ToListAsync(cancelled);

    private static async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception fault) when (IsOfDatabase(fault))
        {
            throw new LedgerUnavailableException("its database does not take it.", fault);
        }
    }

    internal static bool IsOfDatabase(Exception fault) =>
        fault is DbException or DbUpdateException or TimeoutException or IOException or InvalidOperationException { InnerException: DbException or TimeoutException };
}
