using Microsoft.EntityFrameworkCore;
using MLOps.Ledger;

namespace MLOps.Portal.Features.Audit;

/// <summary>Reads the ledger for page and exports.</summary>
internal sealed class AuditReader(IDbContextFactory<LedgerDbContext> databases)
{
    /// <summary>So many rows are shown at once.</summary>
    internal const int Most = 500;

    public async Task<AuditRows> ListAsync(AuditQuery query, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        var fitting = Fitting(database, query);
        var total = await fitting.CountAsync(cancelled);
        var entries = await fitting.OrderByDescending(e => e.Sequence).Take(Most).ToListAsync(cancelled);
        var first = entries.Count == 0 ? 0 : entries[^1].Sequence;
        // An outcome comes after its intent, and not long after.
        var wanted = entries.Select(e => e.Sequence).ToList();
        var outcomes = (await database.Entries.AsNoTracking().Where(e => e.Of >= first && wanted.Contains(e.Of)).OrderBy(e => e.Sequence).ToListAsync(cancelled)).ToLookup(e => e.Of);
        return new AuditRows([.. entries.Select(e => new AuditRow(e, outcomes[e.Sequence].LastOrDefault()))], total);
    }

    public async Task<AuditChoices> ChoicesAsync(CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return new AuditChoices(
            await database.Entries.Select(e => e.Kind).Distinct().OrderBy(k => k).ToListAsync(cancelled),
            await database.Entries.Where(e => e.Name != "").Select(e => e.Name).Distinct().OrderBy(n => n).ToListAsync(cancelled));
    }

    /// <summary>An entry and, of an intent, its outcomes; of an outcome, its intent and its other outcomes. By number; none where there is no such entry.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> TogetherAsync(long sequence, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        var of = await database.Entries.Where(e => e.Sequence == sequence).Select(e => e.Of).FirstOrDefaultAsync(cancelled);
        var intent = of > 0 ? of : sequence;
        return await database.Entries.AsNoTracking().Where(e => e.Sequence == intent || e.Of == intent).OrderBy(e => e.Sequence).ToListAsync(cancelled);
    }

    /// <summary>Every entry from one on, in order.</summary>
    public async IAsyncEnumerable<LedgerEntry> AllAsync(long after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        await foreach (var entry in database.Entries.AsNoTracking().Where(e => e.Sequence > after).OrderBy(e => e.Sequence).AsAsyncEnumerable().WithCancellation(cancelled))
            yield return entry;
    }

    private static IQueryable<LedgerEntry> Fitting(LedgerDbContext database, AuditQuery query)
    {
        var entries = query.Text.Length == 0 ? database.Entries : database.Entries.FromSql($"""
            SELECT * FROM ledger_entries WHERE "Sequence" IN (
              SELECT CASE WHEN "Of" > 0 THEN "Of" ELSE "Sequence" END FROM ledger_entries
              WHERE lower("Kind" || ' ' || "Object" || ' ' || "Name" || ' ' || "Subject" || ' ' || "Why" || ' ' || "Evidence" || ' ' || "Hash" || ' ' || "Details" || ' ' || "Requests") LIKE {Pattern(query.Text.ToLowerInvariant())} ESCAPE '!'
                 OR "Kind" || ' ' || "Object" || ' ' || "Name" || ' ' || "Why" || ' ' || "Details" LIKE {Pattern(query.Text)} ESCAPE '!')
            """);
        entries = entries.AsNoTracking().Where(e => e.Type != EntryType.Outcome);
        if (query.Kind.Length > 0)
            entries = entries.Where(e => e.Kind == query.Kind);
        if (query.Person.Length > 0)
            entries = entries.Where(e => e.Name == query.Person);
        if (query.From is { } from)
        {
            var at = new DateTimeOffset(from.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            entries = entries.Where(e => e.At >= at);
        }
        if (query.To is { } to)
        {
            var at = new DateTimeOffset(to.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            entries = entries.Where(e => e.At < at);
        }
        return query.Result switch
        {
            "" => entries,
            AuditQuery.Open => entries.Where(e => e.Type == EntryType.Intent && !database.Entries.Any(o => o.Of == e.Sequence)),
            // The last outcome is the best informed.
            _ => entries.Where(e => database.Entries.Where(o => o.Of == e.Sequence).OrderByDescending(o => o.Sequence).Select(o => o.Result).FirstOrDefault() == query.Result),
        };
    }

    // SQLite makes only the letters of English small: others are found as they are written.
    private static string Pattern(string text) =>
        $"%{text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal)}%";
}
