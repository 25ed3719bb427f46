using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MLOps.Portal.Features.Load;

/// <summary>Keeps runs of load in the portal's database, and lets no two go at one endpoint at once, also of several portals.</summary>
internal sealed class LoadStore(IDbContextFactory<LoadDbContext> contexts, IOptions<LoadOptions> options, TimeProvider time)
{
    /// <summary>A run that nobody wrote a heartbeat of for so long has lost its portal.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>Keeps a new run; false where another one goes at the same endpoint.</summary>
    public async Task<bool> BeginAsync(LoadRun run, CancellationToken cancelled)
    {
        await SweepAsync(cancelled);
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        (run.ActiveKey, run.Heartbeat) = ($"{run.Connection}/{run.Endpoint}", time.GetUtcNow());
        if (await context.Runs.AnyAsync(r => r.ActiveKey == run.ActiveKey, cancelled))
            return false;
        context.Runs.Add(run);
        try
        {
            await context.SaveChangesAsync(cancelled);
        }
        catch (DbUpdateException)
        {
            return false; // another portal was quicker
        }
        var oldest = await context.Runs.Where(r => r.ActiveKey == null).OrderByDescending(r => r.StartedAt).Skip(options.Value.KeptRuns).Select(r => r.Id).ToListAsync(cancelled);
        if (oldest.Count > 0)
            await context.Runs.Where(r => oldest.Contains(r.Id)).ExecuteDeleteAsync(cancelled);
        return true;
    }

    /// <summary>Writes down that a run goes on.</summary>
    public async Task BeatAsync(string id, CancellationToken cancelled)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        await context.Runs.Where(r => r.Id == id).ExecuteUpdateAsync(r => r.SetProperty(x => x.Heartbeat, now), cancelled);
    }

    /// <summary>Writes down how a run ended.</summary>
    public async Task EndAsync(LoadRun run)
    {
        (run.ActiveKey, run.EndedAt) = (null, time.GetUtcNow());
        await using var context = await contexts.CreateDbContextAsync();
        context.Runs.Update(run);
        await context.SaveChangesAsync();
    }

    public async Task<LoadRun?> FindAsync(string id, CancellationToken cancelled)
    {
        await SweepAsync(cancelled);
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancelled);
    }

    /// <summary>The newest runs of a connection; of one endpoint where it is named.</summary>
    public async Task<IReadOnlyList<LoadRun>> ListAsync(string connection, string endpoint, CancellationToken cancelled)
    {
        await SweepAsync(cancelled);
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Runs.AsNoTracking().Where(r => r.Connection == connection && (endpoint.Length == 0 || r.Endpoint == endpoint))
            .OrderByDescending(r => r.StartedAt).Take(options.Value.KeptRuns).ToListAsync(cancelled);
    }

    /// <summary>Runs whose portal has ended are lost: their generator ended with it.</summary>
    private async Task SweepAsync(CancellationToken cancelled)
    {
        var (since, now) = (time.GetUtcNow() - Silence, time.GetUtcNow());
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        await context.Runs.Where(r => r.ActiveKey != null && r.Heartbeat < since).ExecuteUpdateAsync(r => r
            .SetProperty(x => x.State, LoadRunState.Lost).SetProperty(x => x.ActiveKey, (string?)null).SetProperty(x => x.EndedAt, now)
            .SetProperty(x => x.Message, "The portal that ran it has ended, and the load generator with it."), cancelled);
    }
}
