using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Hosting;
using MLOps.Portal.Hosting.Protection;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Sessions;

/// <summary>
/// Knows whether a session still holds. An account that was closed, or whose roles or password changed, loses its sessions, and people end theirs: requests are
/// refused and open pages are cut within <see cref="Pace"/>, whichever instance of the portal the change was made on.
/// </summary>
internal sealed partial class PersonWatch(
    IDbContextFactory<PortalDbContext> databases, DatabaseSetup setup, SessionBook sessions, LiveConnections connections, IOptions<IdentityOptions> identity, IOptions<PortalOptions> portal,
    TimeProvider time, ILogger<PersonWatch> logger) : BackgroundService
{
    /// <summary>How old an answer of the database may be.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Tidying = TimeSpan.FromHours(6);
    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private DateTimeOffset tidiedAt;

    /// <summary>Whether the person of a session may go on: the account is open, and nothing changed since they signed in.</summary>
    public async ValueTask<bool> IsCurrentAsync(ClaimsPrincipal? person, CancellationToken cancelled = default)
    {
        if (person?.Id() is not { Length: > 0 } id || IsTooOld(person))
            return false;
        if (!known.TryGetValue(id, out var answer) || time.GetUtcNow() - answer.At >= Pace)
        {
            await LookAsync([id], cancelled);
            answer = known[id];
        }
        if (!Holds(person, answer))
            return false;
        sessions.Seen(person);
        return true;
    }

    /// <summary>What the watch knew about the person is old, and the pages that rest on it are cut.</summary>
    public int Changed(string id)
    {
        known.TryRemove(id, out _);
        return connections.Cut(id);
    }

    /// <summary>Sessions of the person were ended: their pages are cut.</summary>
    public async Task EndedAsync(string id)
    {
        await LookAsync([id], CancellationToken.None);
        connections.Cut(id, page => !Holds(page.User, known[id]));
    }

    /// <summary>Refuses a cookie that no longer holds.</summary>
    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (await IsCurrentAsync(context.Principal, context.HttpContext.RequestAborted))
            return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(context.Scheme.Name);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await setup.Ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Pace, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var old in known.Where(k => time.GetUtcNow() - k.Value.At > Forgotten).Select(k => k.Key).ToList())
                known.TryRemove(old, out _);
            try
            {
                await CutAsync(stoppingToken);
                await sessions.WriteSeenAsync(atOnce: false, stoppingToken);
                await TidyAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is System.Data.Common.DbException or DbUpdateException or InvalidOperationException or TimeoutException)
            {
                Log.CannotLook(logger, fault);
            }
        }
    }

    private async Task CutAsync(CancellationToken cancelled)
    {
        if (connections.People is not { Count: > 0 } people)
            return;
        await LookAsync(people, cancelled);
        foreach (var id in people)
        {
            if (known.TryGetValue(id, out var answer))
                connections.Cut(id, page => !Holds(page.User, answer) || IsTooOld(page.User));
        }
    }

    private async Task LookAsync(IReadOnlyList<string> ids, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        var open = await database.Users.AsNoTracking().Where(u => ids.Contains(u.Id) && !u.IsDisabled).Select(u => new { u.Id, u.SecurityStamp }).ToListAsync(cancelled);
        var ended = await database.Sessions.AsNoTracking().Where(s => ids.Contains(s.UserId) && s.EndedAt != null).Select(s => new { s.UserId, s.Id }).ToListAsync(cancelled);
        var now = time.GetUtcNow();
        foreach (var id in ids)
            known[id] = new Known(open.Find(u => u.Id == id)?.SecurityStamp, ended.Where(s => s.UserId == id).Select(s => s.Id).ToHashSet(StringComparer.Ordinal), now);
    }

    private async Task TidyAsync(CancellationToken cancelled)
    {
        var now = time.GetUtcNow();
        if (now - tidiedAt < Tidying)
            return;
        await sessions.ForgetAsync(cancelled);
        tidiedAt = now;
    }

    private bool Holds(ClaimsPrincipal person, Known answer) => Stamp(person) is { Length: > 0 } stamp && stamp == answer.Stamp && !answer.Ended.Contains(person.SessionId());

    private bool IsTooOld(ClaimsPrincipal person) => person.SessionAt() is not { } at || time.GetUtcNow() - at > portal.Value.LongestSession;

    private string? Stamp(ClaimsPrincipal person) => person.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType);

    /// <param name="Stamp">The account's stamp; null where it is closed.</param>
    /// <param name="Ended">The ids of the sessions that the person ended.</param>
    private sealed record Known(string? Stamp, IReadOnlySet<string> Ended, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Whether accounts were closed cannot be seen")]
        public static partial void CannotLook(ILogger logger, Exception fault);
    }
}
