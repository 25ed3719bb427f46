using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLOps.Portal.Hosting.Protection;

namespace MLOps.Portal.Features.Account.Providers;

/// <summary>The way to the identity provider and back.</summary>
internal static class ProviderEndpoints
{
    public static void MapProvider(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<IOptions<ProviderOptions>>().Value.IsOn)
            return;
        // A link, not a form: browsers hold forms to the addresses that the page's policy names, and a provider may lead on to others.
        app.MapGet("/account/provider", Go).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn);
        app.MapGet("/account/provider/return", ReturnAsync).AllowAnonymous();
    }

    private static IResult Go(string? returnUrl, bool? confirms)
    {
        var properties = new AuthenticationProperties { RedirectUri = $"/account/provider/return?returnUrl={Uri.EscapeDataString(SignInEndpoints.SafeReturn(returnUrl))}" };
        if (confirms == true)
            properties.Items[ProviderSetup.Confirms] = "yes";
        return TypedResults.Challenge(properties, [ProviderSetup.Scheme]);
    }

    private static async Task<IResult> ReturnAsync(string? returnUrl, HttpContext context, ClaimsPrincipal me, ProviderSignIn providers)
    {
        var answer = await context.AuthenticateAsync(IdentityConstants.ExternalScheme);
        if (!answer.Succeeded)
            return TypedResults.LocalRedirect("/account/sign-in?refused=provider");
        await context.SignOutAsync(IdentityConstants.ExternalScheme);
        var refused = await providers.CompleteAsync(answer, me);
        return TypedResults.LocalRedirect(refused is null ? SignInEndpoints.SafeReturn(returnUrl) : $"/account/sign-in?refused={refused}");
    }
}
