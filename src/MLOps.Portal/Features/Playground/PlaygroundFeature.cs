using System.Text;
using Microsoft.AspNetCore.Mvc;
using MLOps.Cloud.Cases;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Playground.Answers;
using MLOps.Portal.Features.Playground.Cases;
using MLOps.Portal.Features.Playground.History;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Playground;

internal static class PlaygroundFeature
{
    public static void AddPlayground(this WebApplicationBuilder builder)
    {
        builder.AddFeatureDatabase<PlaygroundDbContext>("playground");
        // Sign-offs may take their cases from here.
        builder.Services.AddSingleton<ICaseSource, SavedCaseSource>();
        AddPlayground(builder.Services);
    }

    /// <summary>What the pages of the playground need besides its database; tests of components register the same.</summary>
    public static IServiceCollection AddPlayground(IServiceCollection services) =>
        services.AddSingleton<CaseStore>().AddSingleton<HistoryStore>().AddScoped<Sender>().AddScoped<SuiteRunner>();

    public static void MapPlayground(this WebApplication app) =>
        app.MapGet("/playground/cases.csv", ExportAsync).RequireAuthorization(Policies.View);

    private static async Task<IResult> ExportAsync([FromQuery] string endpoint, HttpRequest request, Places places, CaseStore store, CancellationToken cancelled)
    {
        var cases = await store.ListAsync(places.Of(request).Name, endpoint, cancelled);
        var name = string.Concat(endpoint.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
        return Results.File(Encoding.UTF8.GetBytes(CaseCsv.Write(cases)), "text/csv; charset=utf-8", $"cases-{name}.csv");
    }
}
