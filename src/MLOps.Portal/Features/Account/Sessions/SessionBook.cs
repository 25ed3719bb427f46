using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Hosting;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Sessions;

/// <summary>
/// Knows the browsers in which people are signed in. A session that it does not know holds by its cookie alone; one that was ended here holds nowhere,
/// whoever has its cookie.
/// </summary>
internal sealed class SessionBook(IDbContextFactory<PortalDbContext> databases, IOptions<PortalOptions> portal, TimeProvider time)
{
    private static readonly TimeSpan Writing = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> seen = new(StringComparer.Ordinal);
    private DateTimeOffset writtenAt;

    /// <summary>Signing in begins a session; proving again who one is goes on with the one that there is.</summary>
    /// <returns>The session's id.</returns>
    public async Task<string> BeginAsync(PortalUser person, string way, HttpContext context)
    {
        await using var database = await databases.CreateDbContextAsync();
        var going = context.User.Id() == person.Id ? context.User.SessionId() : "";
        var session = await database.Sessions.FirstOrDefaultAsync(s => s.Id == going && s.UserId == person.Id && s.EndedAt == null);
        if (session is null)
            database.Add(session = new PortalSession { Id = Guid.NewGuid().ToString("N"), UserId = person.Id });
        var now = time.GetUtcNow();
        (session.Stamp, session.Way, session.StartedAt, session.SeenAt) = (person.SecurityStamp ?? "", way, now, now);
        (session.Address, session.Browser) = (context.Connection.RemoteIpAddress?.ToString() ?? "", BrowserWords.Of(context.Request.Headers.UserAgent));
        await database.SaveChangesAsync();
        return session.Id;
    }

    /// <summary>The sessions of a person that hold, the one that was used last first.</summary>
    public async Task<IReadOnlyList<PortalSession>> OpenAsync(PortalUser person)
    {
        await WriteSeenAsync(atOnce: true, CancellationToken.None);
        var now = time.GetUtcNow();
        var (used, started) = (now - portal.Value.SessionLength, now - portal.Value.LongestSession);
        await using var database = await databases.CreateDbContextAsync();
        return await database.Sessions.AsNoTracking()
            .Where(s => s.UserId == person.Id && s.Stamp == person.SecurityStamp && s.EndedAt == null && s.SeenAt > used && s.StartedAt > started)
            .OrderByDescending(s => s.SeenAt).ToListAsync();
    }

    /// <summary>Ends a session of a person, or every one but it.</summary>
    /// <returns>How many were ended.</returns>
    public async Task<int> EndAsync(string person, string session, bool others = false)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync();
        var open = database.Sessions.Where(s => s.UserId == person && s.EndedAt == null);
        return await (others ? open.Where(s => s.Id != session) : open.Where(s => s.Id == session)).ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now));
    }

    /// <summary>Notes that a session is in use; it is written down later.</summary>
    public void Seen(ClaimsPrincipal person)
    {
        if (person.SessionId() is { Length: > 0 } id)
            seen[id] = time.GetUtcNow();
    }

    /// <summary>Writes down what was noted, once a minute.</summary>
    public async Task WriteSeenAsync(bool atOnce, CancellationToken cancelled)
    {
        var now = time.GetUtcNow();
        if (seen.IsEmpty || (!atOnce && now - writtenAt < Writing))
            return;
        writtenAt = now;
        await using var database = await databases.CreateDbContextAsync(cancelled);
        foreach (var noted in seen.ToList())
        {
            var (id, at) = noted;
            await database.Sessions.Where(s => s.Id == id && s.SeenAt < at).ExecuteUpdateAsync(set => set.SetProperty(s => s.SeenAt, at), cancelled);
            seen.TryRemove(noted);
        }
    }

    /// <summary>Forgets sessions whose cookies are too old to hold.</summary>
    public async Task ForgetAsync(CancellationToken cancelled)
    {
        var before = time.GetUtcNow() - portal.Value.LongestSession - TimeSpan.FromDays(1);
        await using var database = await databases.CreateDbContextAsync(cancelled);
        await database.Sessions.Where(s => s.StartedAt < before).ExecuteDeleteAsync(cancelled);
    }
}
