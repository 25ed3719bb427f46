using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Hosting.Protection;

/// <summary>The connections of open pages by person: how many one person may have, and a way to cut them.</summary>
internal sealed partial class LiveConnections(IOptions<LimitOptions> limits, ILogger<LiveConnections> logger)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<HttpContext>> open = new(StringComparer.Ordinal);

    /// <summary>The ids of people with open pages.</summary>
    public IReadOnlyList<string> People
    {
        get
        {
            lock (gate)
                return [.. open.Keys];
        }
    }

    /// <summary>How many pages the person has open here.</summary>
    public int Count(string person)
    {
        lock (gate)
            return open.GetValueOrDefault(person)?.Count ?? 0;
    }

    /// <summary>Cuts the person's connections for which <paramref name="which"/> holds; the browser has to prove again who it is.</summary>
    public int Cut(string person, Func<HttpContext, bool>? which = null)
    {
        HttpContext[] found;
        lock (gate)
            found = open.TryGetValue(person, out var theirs) ? [.. theirs.Where(which ?? (_ => true))] : [];
        foreach (var connection in found)
            connection.Abort();
        if (found.Length > 0)
            Log.Cut(logger, found.Length, person);
        return found.Length;
    }

    /// <summary>Keeps the connection on the list for as long as it lasts.</summary>
    public async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        // Each circuit rests on one request that lasts: the WebSocket, or the poll in its place.
        if (context.GetEndpoint()?.Metadata.GetMetadata<HubMetadata>() is null || !HttpMethods.IsGet(context.Request.Method) || context.User.Id() is not { Length: > 0 } person)
        {
            await next(context);
            return;
        }
        if (!TryEnter(person, context))
        {
            Log.TooMany(logger, context.User.Identity?.Name ?? person, limits.Value.PagesPerPerson);
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }
        try
        {
            await next(context);
        }
        finally
        {
            Leave(person, context);
        }
    }

    private bool TryEnter(string person, HttpContext context)
    {
        lock (gate)
        {
            if (!open.TryGetValue(person, out var theirs))
                open[person] = theirs = [];
            return theirs.Count < limits.Value.PagesPerPerson && theirs.Add(context);
        }
    }

    private void Leave(string person, HttpContext context)
    {
        lock (gate)
        {
            if (open.TryGetValue(person, out var theirs) && theirs.Remove(context) && theirs.Count == 0)
                open.Remove(person);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Cut {Count} open pages of {Person}")]
        public static partial void Cut(ILogger logger, int count, string person);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Refused: {User} has {Most} pages open already")]
        public static partial void TooMany(ILogger logger, string user, int most);
    }
}
