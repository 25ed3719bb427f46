using MLOps.Portal.Data;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Approvals.Promotion;

/// <summary>What follows an approval: traffic moves to the challenger, or production goes back. The gates are those of the approval.</summary>
internal static class PromotionFeature
{
    public static void AddPromotion(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ChangeStore>().AddScoped<PromotionReader>().AddScoped<PromotionVotes>().AddScoped<PromotionService>();
        builder.Services.AddSingleton<ChangeWatch>().AddHostedService(services => services.GetRequiredService<ChangeWatch>());
        builder.Services.AddSingleton<IReconciler, PromotionLedger>();
        builder.AddFeatureDatabase<PromotionDbContext>("promotion");
    }

    // Who may is for the gate to say, as with approvals. Who is signed in may ask.
    public static void MapPromotion(this WebApplication app)
    {
        var promotion = app.MapGroup("/promote/{endpoint}").RequireAuthorization(Policies.View);
        promotion.MapPost("/act", ActAsync);
        promotion.MapPost("/gather", GatherAgainAsync).RequireAuthorization(Policies.Invoke);
    }

    private static async Task<IResult> ActAsync(string endpoint, IFormCollection form, HttpContext context, PromotionService service, Places places)
    {
        var result = await service.ActAsync(context.User, places.Of(context.Request).Name, endpoint, PromotionForm.Read(form), context.RequestAborted);
        var page = context.Request.Path.Value![..^"/act".Length] + context.Request.QueryString;
        return result is SignOffResult.Settled ? TypedResults.LocalRedirect(page) : ApprovalsFeature.Refused(result, page, "Promotion");
    }

    /// <summary>Gathers once more the parts of the challenger's evidence that failed.</summary>
    private static async Task<IResult> GatherAgainAsync(string endpoint, IFormCollection form, HttpContext context, PromotionReader reader, Places places)
    {
        if (form.ContainsKey("again"))
            await reader.RetryAsync(places.Of(context.Request).Name, endpoint, context.RequestAborted);
        return TypedResults.LocalRedirect(context.Request.Path.Value![..^"/gather".Length] + context.Request.QueryString);
    }
}
