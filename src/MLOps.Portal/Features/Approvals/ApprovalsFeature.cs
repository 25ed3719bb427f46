using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Approvals;

/// <summary>The inbox of approvals, and signing off.</summary>
internal static class ApprovalsFeature
{
    public static void AddApprovals(this WebApplicationBuilder builder) => builder.Services.AddSingleton<DecisionStore>().AddScoped<SignOffService>();

    public static void MapApprovals(this WebApplication app) =>
        app.MapPost("/approvals/{pipeline}/{stage}/{action}/{executionId}/decision", DecideAsync).RequireAuthorization(Policies.Decide);

    private static async Task<IResult> DecideAsync(
        string pipeline, string stage, string action, string executionId, [FromForm] SignOffForm form, HttpContext context, SignOffService service, Places places)
    {
        var place = new SignOffPlace(places.Of(context.Request).Name, pipeline, stage, action, executionId);
        var result = await service.DecideAsync(context.User, place, form, context.RequestAborted);
        var page = context.Request.Path.Value![..^"/decision".Length] + context.Request.QueryString;
        if (result is SignOffResult.Settled)
            return TypedResults.LocalRedirect(page);
        return new RazorComponentResult<RefusedPage>(new { Place = place, Result = result, Page = page })
        {
            StatusCode = result is SignOffResult.Incomplete ? StatusCodes.Status400BadRequest
                : result is SignOffResult.Changed ? StatusCodes.Status409Conflict : StatusCodes.Status502BadGateway,
        };
    }
}
