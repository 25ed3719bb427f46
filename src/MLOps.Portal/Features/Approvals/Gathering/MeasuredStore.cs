using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>Keeps what was measured in the portal's database, by the digest of the evidence that it was measured for.</summary>
internal sealed partial class MeasuredStore(IDbContextFactory<EvidenceDbContext> databases, Func<Task> ready, TimeProvider time, ILogger<MeasuredStore> logger)
{
    public MeasuredStore(IDbContextFactory<EvidenceDbContext> databases, DatabaseSetup setup, TimeProvider time, ILogger<MeasuredStore> logger)
        : this(databases, () => setup.Ready, time, logger)
    {
    }

    /// <summary>What was measured for the evidence; null where nothing was, or the database cannot say: then it is measured again.</summary>
    public async Task<MeasuredParts?> FindAsync(string key, CancellationToken cancelled)
    {
        try
        {
            await ready().WaitAsync(cancelled);
            await using var database = await databases.CreateDbContextAsync(cancelled);
            return Read(await database.Measured.AsNoTracking().FirstOrDefaultAsync(m => m.Key == key, cancelled));
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException)
        {
            Log.NotRead(logger, fault);
            return null;
        }
    }

    /// <summary>What was measured for a past decision, by the digest that the decision carries; null where that is not kept.</summary>
    public async Task<MeasuredParts?> OfDecisionAsync(string digest, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        return Read(await database.Measured.AsNoTracking().OrderByDescending(m => m.MeasuredAt).FirstOrDefaultAsync(m => m.Digest == digest, cancelled));
    }

    /// <summary>Keeps what was measured; that it cannot be kept hides nothing from who looks now.</summary>
    public async Task KeepAsync(string key, GatheredEvidence gathered, CancellationToken cancelled)
    {
        try
        {
            await ready().WaitAsync(cancelled);
            await using var database = await databases.CreateDbContextAsync(cancelled);
            var row = new MeasuredEvidence
            {
                Key = key, Digest = gathered.Digest, Canonical = gathered.Canonical, MeasuredAt = time.GetUtcNow(),
                Parts = JsonSerializer.Serialize(new MeasuredParts(gathered.Cases, gathered.Data)),
            };
            database.Entry(row).State = await database.Measured.AnyAsync(m => m.Key == key, cancelled) ? EntityState.Modified : EntityState.Added;
            await database.SaveChangesAsync(cancelled);
        }
        catch (Exception fault) when (fault is DbException or DbUpdateException or InvalidOperationException)
        {
            Log.NotKept(logger, fault);
        }
    }

    private MeasuredParts? Read(MeasuredEvidence? row)
    {
        try
        {
            return row is null ? null : JsonSerializer.Deserialize<MeasuredParts>(row.Parts);
        }
        catch (JsonException other)
        {
            // Written by another version of the portal: it is measured again.
            Log.NotRead(logger, other);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Measured evidence cannot be read; it is measured again")]
        public static partial void NotRead(ILogger logger, Exception fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "Measured evidence cannot be kept")]
        public static partial void NotKept(ILogger logger, Exception fault);
    }
}
