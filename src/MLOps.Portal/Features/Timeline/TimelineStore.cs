using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Shared.History;

namespace MLOps.Portal.Features.Timeline;

/// <inheritdoc/>
internal sealed class TimelineStore(IDbContextFactory<TimelineDbContext> contexts) : IServingHistory
{
    public async Task<ServingPeriods> PeriodsAsync(
        string connection, DateTimeOffset from, DateTimeOffset to, string? endpoint = null, CancellationToken cancelled = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var rows = await context.Served.AsNoTracking()
            .Where(s => s.Connection == connection && s.From < to && (s.To == null || s.To > from) && (endpoint == null || s.Endpoint == endpoint))
            .OrderByDescending(s => s.From).ThenBy(s => s.Id).Take(IServingHistory.MostPeriods + 1).ToListAsync(cancelled);
        return new ServingPeriods(
        [
            .. rows.Take(IServingHistory.MostPeriods).OrderBy(s => s.Endpoint, StringComparer.Ordinal).ThenBy(s => s.Variant, StringComparer.Ordinal).ThenBy(s => s.From)
                .Select(s => new ServingPeriod(s.Endpoint, s.Variant, s.Model, s.TrainingJob, s.ConfigName, s.ImageDigest, s.Share, s.From, s.To)),
        ], rows.Count > IServingHistory.MostPeriods);
    }

    public async Task<IReadOnlyList<string>> EndpointsAsync(string connection, CancellationToken cancelled = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Served.Where(s => s.Connection == connection).Select(s => s.Endpoint).Distinct().OrderBy(e => e).ToListAsync(cancelled);
    }

    public Task<IReadOnlyList<EndpointChange>> ChangesAsync(string connection, string endpoint, int most = 200, CancellationToken cancelled = default) =>
        NewestAsync(c => c.Connection == connection && c.Endpoint == endpoint, most, cancelled);

    public Task<IReadOnlyList<EndpointChange>> LatestAsync(string connection, int most, CancellationToken cancelled = default) =>
        NewestAsync(c => c.Connection == connection, most, cancelled);

    private async Task<IReadOnlyList<EndpointChange>> NewestAsync(Expression<Func<ChangeRow, bool>> chosen, int most, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        var rows = await context.Changes.AsNoTracking().Where(chosen).OrderByDescending(c => c.At).ThenByDescending(c => c.Id).Take(most).ToListAsync(cancelled);
        return [.. rows.Select(c => new EndpointChange(c.Endpoint, c.At, c.Kind, c.ConfigName, c.What))];
    }

    public async Task<DateTimeOffset?> SinceAsync(string connection, CancellationToken cancelled = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Served.Where(s => s.Connection == connection).OrderBy(s => s.From).Select(s => (DateTimeOffset?)s.From).FirstOrDefaultAsync(cancelled);
    }

    /// <summary>What is open of a connection.</summary>
    public async Task<List<ServedRow>> OpenAsync(string connection, CancellationToken cancelled)
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        return await context.Served.AsNoTracking().Where(s => s.Connection == connection && s.To == null).ToListAsync(cancelled);
    }

    /// <summary>Ends some periods, begins others and adds changes. What another instance of the portal has written already stays as it is.</summary>
    public async Task WriteAsync(IReadOnlyCollection<ServedRow> ended, DateTimeOffset at, IReadOnlyCollection<ServedRow> begun, IReadOnlyCollection<ChangeRow> changes, CancellationToken cancelled)
    {
        foreach (var row in ended)
        {
            await using var context = await contexts.CreateDbContextAsync(cancelled);
            // A period cannot end before it began, whatever the clocks say.
            var end = at > row.From ? at : row.From;
            await context.Served.Where(s => s.Connection == row.Connection && s.Endpoint == row.Endpoint && s.Variant == row.Variant && s.From == row.From && s.To == null)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.To, end), cancelled);
        }
        foreach (var row in begun)
            await AddAsync(row, s => s.Connection == row.Connection && s.Endpoint == row.Endpoint && s.Variant == row.Variant && s.From == row.From, cancelled);
        foreach (var row in changes)
            await AddAsync(row, c => c.Connection == row.Connection && c.Endpoint == row.Endpoint && c.At == row.At && c.Kind == row.Kind, cancelled);
    }

    private async Task AddAsync<T>(T row, Expression<Func<T, bool>> same, CancellationToken cancelled) where T : class
    {
        await using var context = await contexts.CreateDbContextAsync(cancelled);
        // After a restart much is known already; that is no fault for the log.
        if (await context.Set<T>().AnyAsync(same, cancelled))
            return;
        context.Add(row);
        try
        {
            await context.SaveChangesAsync(cancelled);
        }
        catch (DbUpdateException) when (!cancelled.IsCancellationRequested)
        {
            // The unique index has refused it: another instance was first. Any other fault comes again with the next look.
        }
    }
}
