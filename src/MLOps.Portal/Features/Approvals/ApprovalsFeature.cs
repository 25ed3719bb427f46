using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Features.Approvals.Gathering;
using MLOps.Portal.Features.Approvals.Promotion;
using MLOps.Portal.Data;
using MLOps.Portal.Hosting;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Approvals;

/// <summary>The inbox of approvals, and signing off.</summary>
internal static class ApprovalsFeature
{
    public static void AddApprovals(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<DecisionStore>().AddSingleton<RefusedForms>().AddScoped<SignOffService>();
        services.AddOptions<GatesOptions>().BindAll(builder.Configuration.GetSection(GatesOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatesOptions>, GateOptionsValidator>().AddSingleton<GateBook>().AddScoped<GateCheck>().AddScoped<Voters>().AddSingleton<IAskedPeople, AskedPeople>();
        services.AddSingleton<MeasuredStore>().AddSingleton<PartsGatherer>().AddSingleton<CandidateEvidence>().AddHostedService<EvidenceWatch>();
        services.AddSingleton<ApprovalLedger>().AddSingleton<IReconciler>(provider => provider.GetRequiredService<ApprovalLedger>());
        builder.AddFeatureDatabase<DecisionDbContext>("decisions");
        builder.AddFeatureDatabase<EvidenceDbContext>("evidence");
        builder.AddPromotion();
    }

    // Who may decide is for the gate to say: it may name people of any role. Who is signed in may ask.
    public static void MapApprovals(this WebApplication app)
    {
        var approval = app.MapGroup("/approvals/{pipeline}/{stage}/{action}/{executionId}").RequireAuthorization(Policies.View);
        approval.MapPost("/decision", DecideAsync);
        approval.MapPost("/gather", GatherAgain).RequireAuthorization(Policies.Invoke);
        app.MapPromotion();
    }

    /// <summary>Gathers once more the parts of the evidence that failed.</summary>
    private static RedirectHttpResult GatherAgain(
        string pipeline, string stage, string action, string executionId, [FromForm] string? again, HttpContext context, CandidateEvidence evidence, Places places)
    {
        evidence.Retry(new SignOffPlace(places.Of(context.Request).Name, pipeline, stage, action, executionId).Candidate);
        return TypedResults.LocalRedirect(context.Request.Path.Value![..^"/gather".Length] + context.Request.QueryString);
    }

    private static async Task<IResult> DecideAsync(
        string pipeline, string stage, string action, string executionId, [FromForm] SignOffForm form, HttpContext context, SignOffService service, RefusedForms refused, Places places)
    {
        var place = new SignOffPlace(places.Of(context.Request).Name, pipeline, stage, action, executionId);
        var result = await service.DecideAsync(context.User, place, form, context.RequestAborted);
        return Answer(context, refused, result, "/decision", "Sign-off", [new("comment", form.Comment), new("overrideReason", form.OverrideReason)]);
    }

    /// <summary>Back to the page where the form was taken; else the page that says why not, while what was typed is kept.</summary>
    /// <param name="act">What the form's address has after its page's.</param>
    internal static IResult Answer(HttpContext context, RefusedForms refused, SignOffResult result, string act, string parent, IEnumerable<KeyValuePair<string, string?>> typed)
    {
        PathString path = context.Request.Path.Value![..^act.Length];
        var page = path.Value + context.Request.QueryString;
        if (result is SignOffResult.Settled)
        {
            refused.Forget(context, path);
            return TypedResults.LocalRedirect(page);
        }
        return new RazorComponentResult<RefusedPage>(new { Result = result, Page = page, Parent = parent, IsKept = refused.Keep(context, path, typed) })
        {
            StatusCode = result is SignOffResult.Incomplete ? StatusCodes.Status400BadRequest
                : result is SignOffResult.Refused { IsPersonal: true } ? StatusCodes.Status403Forbidden
                : result is SignOffResult.Unrecorded ? StatusCodes.Status503ServiceUnavailable
                : result is SignOffResult.Changed or SignOffResult.Refused or SignOffResult.Taken ? StatusCodes.Status409Conflict : StatusCodes.Status502BadGateway,
        };
    }
}
