using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using MLOps.Portal.Hosting.Protection;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Own;

/// <summary>The forms of a person's own account. Binding from a form makes each of them ask for the antiforgery token.</summary>
internal static class OwnEndpoints
{
    public static void MapOwnAccount(this IEndpointRouteBuilder app)
    {
        app.MapPost("/account/invitation", AcceptAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn).AddEndpointFilterFactory(FormRefused.Unrecorded);
        app.MapPost("/account/password", PasswordAsync).RequireAuthorization(Policies.SignedIn).RequireRateLimiting(RateLimits.SignIn).AddEndpointFilterFactory(FormRefused.Unrecorded);
        app.MapPost("/account/sessions/end", EndAsync).RequireAuthorization(Policies.SignedIn);
        app.MapPost("/account/confirm", ConfirmAsync).RequireAuthorization(Policies.SignedIn).RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> AcceptAsync([FromForm] string? person, [FromForm] string? code, [FromForm] string? password, [FromForm] string? again, OwnAccount own)
    {
        var faults = await own.AcceptAsync(person, code, password ?? "", again ?? "");
        var page = $"/account/invitation?person={Uri.EscapeDataString(person ?? "")}&code={Uri.EscapeDataString(code ?? "")}";
        return faults.Count == 0 ? TypedResults.LocalRedirect("/") : FormRefused.Answer(page, isStranger: true, faults);
    }

    private static async Task<IResult> PasswordAsync([FromForm] string? current, [FromForm] string? password, [FromForm] string? again, ClaimsPrincipal me, OwnAccount own)
    {
        var faults = await own.SetPasswordAsync(me, current ?? "", password ?? "", again ?? "");
        return faults.Count == 0 ? TypedResults.LocalRedirect("/account?done=password") : FormRefused.Answer("/account", isStranger: false, faults);
    }

    /// <summary>Ends one of the person's sessions, or all but the one that asks where none is named. Whoever holds a stolen session does not throw its owner out.</summary>
    private static async Task<IResult> EndAsync([FromForm] string? session, ClaimsPrincipal me, OwnAccount own)
    {
        if (await own.MustConfirmAsync(me))
            return TypedResults.LocalRedirect(Confirmation.Address("/account", OwnAccount.Fresh));
        await own.EndAsync(me, session);
        return TypedResults.LocalRedirect("/account?done=ended");
    }

    private static async Task<IResult> ConfirmAsync([FromForm] string? password, [FromForm] string? returnUrl, ClaimsPrincipal me, OwnAccount own)
    {
        var back = SignInEndpoints.SafeReturn(returnUrl);
        return TypedResults.LocalRedirect(await own.ConfirmAsync(me, password ?? "") ? back : $"/account/confirm?refused=password&returnUrl={Uri.EscapeDataString(back)}");
    }
}
