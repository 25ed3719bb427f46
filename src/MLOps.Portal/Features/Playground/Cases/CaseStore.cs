using Microsoft.EntityFrameworkCore;

namespace MLOps.Portal.Features.Playground.Cases;

/// <summary>Keeps cases in the portal's database.</summary>
internal sealed class CaseStore(IDbContextFactory<PlaygroundDbContext> contexts, TimeProvider time)
{
    public const int LongestName = 200;
    public const int LongestBody = 256 * 1024;
    public const int LongestExpected = 16_000;

    /// <summary>How many cases an endpoint may have.</summary>
    public const int Most = 2000;

    /// <summary>The cases of an endpoint in the order of their names.</summary>
    public async Task<IReadOnlyList<SavedCase>> ListAsync(string connection, string endpoint, CancellationToken cancelled = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Cases.AsNoTracking().Where(c => c.Connection == connection && c.Endpoint == endpoint).OrderBy(c => c.Name).ThenBy(c => c.Id).Take(Most).ToListAsync(cancelled);
    }

    /// <summary>Adds cases; all or none.</summary>
    /// <exception cref="CaseRefusedException">One is too large, or there would be too many.</exception>
    public async Task AddAsync(IReadOnlyList<SavedCase> cases, string by, CancellationToken cancelled = default)
    {
        foreach (var one in cases)
            Check(one);
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        foreach (var place in cases.GroupBy(c => (c.Connection, c.Endpoint)))
        {
            var held = await context.Cases.CountAsync(c => c.Connection == place.Key.Connection && c.Endpoint == place.Key.Endpoint, cancelled);
            if (held + place.Count() > Most)
                throw new CaseRefusedException($"{place.Key.Endpoint} has {held} cases; with {place.Count()} more it would have more than {Most}. Delete some first.");
        }
        foreach (var one in cases)
            (one.ChangedBy, one.ChangedAt, one.Version) = (by, time.GetUtcNow(), 1);
        context.Cases.AddRange(cases);
        await context.SaveChangesAsync(cancelled);
    }

    /// <summary>Changes a case that was read at <see cref="SavedCase.Version"/>.</summary>
    /// <exception cref="CaseRefusedException">Somebody else changed or deleted it meanwhile, or it is too large.</exception>
    public async Task ChangeAsync(SavedCase changed, string by, CancellationToken cancelled = default)
    {
        Check(changed);
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var entry = context.Attach(changed);
        entry.State = EntityState.Modified;
        entry.Property(c => c.Version).OriginalValue = changed.Version;
        (changed.ChangedBy, changed.ChangedAt, changed.Version) = (by, time.GetUtcNow(), changed.Version + 1);
        try
        {
            await context.SaveChangesAsync(cancelled);
        }
        catch (DbUpdateConcurrencyException e)
        {
            throw new CaseRefusedException($"Somebody else changed or deleted “{changed.Name}” meanwhile. Look at it again.", e);
        }
    }

    /// <summary>Deletes cases; what is gone already is no fault.</summary>
    public async Task DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancelled = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        foreach (var some in ids.Chunk(200))
            await context.Cases.Where(c => some.Contains(c.Id)).ExecuteDeleteAsync(cancelled);
    }

    private static void Check(SavedCase one)
    {
        if (string.IsNullOrWhiteSpace(one.Name))
            throw new CaseRefusedException("A case needs a name.");
        if (one.Name.Length > LongestName)
            throw new CaseRefusedException($"The name “{one.Name[..40]}…” has {one.Name.Length} characters; at most {LongestName} are kept.");
        if (one.Body.Length > LongestBody)
            throw new CaseRefusedException($"The body of “{one.Name}” has {one.Body.Length:#,0} bytes; a case keeps at most {LongestBody:#,0}.");
        if (one.Expected.Length > LongestExpected)
            throw new CaseRefusedException($"The expected answer of “{one.Name}” has {one.Expected.Length:#,0} characters; a case keeps at most {LongestExpected:#,0}.");
    }
}

/// <summary>A case cannot be kept; the message says why.</summary>
internal sealed class CaseRefusedException(string message, Exception? inner = null) : Exception(message, inner);
