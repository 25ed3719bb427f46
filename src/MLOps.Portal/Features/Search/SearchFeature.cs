using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Search;

/// <summary>Search over everything in all connections, and the palette of commands that asks it.</summary>
internal static class SearchFeature
{
    /// <summary>How much the palette shows.</summary>
    private const int Most = 24;

    public static void AddSearch(this WebApplicationBuilder builder)
    {
        AddSearch(builder.Services);
        builder.Services.AddHostedService<SearchCollector>();
    }

    public static void AddSearch(IServiceCollection services) => services.AddSingleton<SearchIndex>().AddSingleton<CloudSearch>();

    public static void MapSearch(this WebApplication app) => app.MapGet("/search/find", FindAsync).RequireAuthorization(Policies.View);

    /// <summary>What fits, as the palette shows it; what changed last where nothing is asked.</summary>
    private static async Task<IResult> FindAsync(
        HttpContext context, [FromQuery] string? q, [FromServices] SearchIndex index, [FromServices] ICloudConnections connections, [FromServices] IAuthorizationService authorization)
    {
        var allowed = await SearchRights.OfAsync(context.User, authorization);
        var found = string.IsNullOrWhiteSpace(q) ? index.Newest(Most / 3, allowed.Allows) : index.Find(q, Most, allowed.Allows).Select(f => f.Entry);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(found.Select(e => new Row(
            SearchWords.Of(e.Kind), e.Title, e.Detail, e.Href, e.Status.Length == 0 ? "" : Words.OfStatus(e.Status), Status.Kind(e.Status).ToString().ToLowerInvariant(),
            connections.All.Count > 1 ? e.Connection : "", e.At)));
    }

    /// <summary>A line of the palette.</summary>
    private sealed record Row(string Kind, string Title, string Detail, string Href, string Status, string Tone, string Cloud, DateTimeOffset? At);
}
