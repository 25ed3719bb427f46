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

    private static async Task<IResult> ActAsync(string endpoint, IFormCollection form, HttpContext context, PromotionService service, RefusedForms refused, Places places)
    {
        var sent = PromotionForm.Read(form);
        var result = await service.ActAsync(context.User, places.Of(context.Request).Name, endpoint, sent, context.RequestAborted);
        return ApprovalsFeature.Answer(context, refused, result, "/act", "Promotion", sent.Written);
    }

    /// <summary>Gathers once more the parts of the challenger's evidence that failed.</summary>
    private static async Task<IResult> GatherAgainAsync(string endpoint, IFormCollection form, HttpContext context, PromotionReader reader, Places places)
    {
        if (form.ContainsKey("again"))
            await reader.RetryAsync(places.Of(context.Request).Name, endpoint, context.RequestAborted);
        return TypedResults.LocalRedirect(context.Request.Path.Value![..^"/gather".Length] + context.Request.QueryString);
    }
}
