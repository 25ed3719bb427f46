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
/// Knows whether a session still holds. An account that was closed, or whose roles or password changed, loses its sessions: requests are
/// refused and open pages are cut within <see cref="Pace"/>, whichever instance of the portal the change was made on.
/// </summary>
internal sealed partial class PersonWatch(
    IDbContextFactory<PortalDbContext> databases, DatabaseSetup setup, LiveConnections connections, IOptions<IdentityOptions> identity, IOptions<PortalOptions> portal,
    TimeProvider time, ILogger<PersonWatch> logger) : BackgroundService
{
    /// <summary>How old an answer of the database may be.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (string? Stamp, DateTimeOffset At)> known = new(StringComparer.Ordinal);

    /// <summary>Whether the person of a session may go on: the account is open, and nothing changed since they signed in.</summary>
    public async ValueTask<bool> IsCurrentAsync(ClaimsPrincipal? person, CancellationToken cancelled = default)
    {
        if (person?.Id() is not { Length: > 0 } id || Stamp(person) is not { Length: > 0 } stamp || IsTooOld(person))
            return false;
        if (!known.TryGetValue(id, out var answer) || time.GetUtcNow() - answer.At >= Pace)
        {
            await LookAsync([id], cancelled);
            answer = known[id];
        }
        return answer.Stamp == stamp;
    }

    /// <summary>What the watch knew about the person is old, and the pages that rest on it are cut.</summary>
    public int Changed(string id)
    {
        known.TryRemove(id, out _);
        return connections.Cut(id);
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
            }
            catch (Exception fault) when (fault is System.Data.Common.DbException or InvalidOperationException or TimeoutException)
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
                connections.Cut(id, page => Stamp(page.User) != answer.Stamp || IsTooOld(page.User));
        }
    }

    private async Task LookAsync(IReadOnlyList<string> ids, CancellationToken cancelled)
    {
        await using var database = await databases.CreateDbContextAsync(cancelled);
        var open = await database.Users.AsNoTracking().Where(u => ids.Contains(u.Id) && !u.IsDisabled).Select(u => new { u.Id, u.SecurityStamp }).ToListAsync(cancelled);
        var now = time.GetUtcNow();
        foreach (var id in ids)
            known[id] = (open.Find(u => u.Id == id)?.SecurityStamp, now);
    }

    private bool IsTooOld(ClaimsPrincipal person) => person.SessionAt() is not { } at || time.GetUtcNow() - at > portal.Value.LongestSession;

    private string? Stamp(ClaimsPrincipal person) => person.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Whether accounts were closed cannot be seen")]
        public static partial void CannotLook(ILogger logger, Exception fault);
    }
}
