using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.Providers;
using MLOps.Portal.Features.Account.Sessions;
using MLOps.Portal.Hosting;
using MLOps.Portal.Hosting.Protection;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account;

/// <summary>The forms of signing in and out. Binding from a form makes each of them ask for the antiforgery token.</summary>
internal static partial class SignInEndpoints
{
    public static async Task<IResult> SignOutAsync(
        [FromForm] string? returnUrl, HttpContext context, SignInManager<PortalUser> signIn, SessionBook sessions, PersonWatch watch, LiveConnections connections, IOptions<ProviderOptions> provider)
    {
        var me = context.User;
        // Ended here too, not in the browser alone: whoever has a copy of the cookie is out.
        await sessions.EndAsync(me.Id(), me.SessionId());
        await watch.EndedAsync(me.Id());
        connections.Cut(me.Id(), page => page.User.SessionId() == me.SessionId());
        // Whose session rests on the provider's is signed out there, too.
        var isTheirs = provider.Value.IsOn && await context.GetTokenAsync(IdentityConstants.ApplicationScheme, "id_token") is not null;
        await signIn.SignOutAsync();
        return isTheirs ? TypedResults.SignOut(new() { RedirectUri = "/account/sign-in" }, [ProviderSetup.Scheme])
            : TypedResults.LocalRedirect(SafeReturn(returnUrl ?? "/account/sign-in"));
    }

    public static async Task<RedirectHttpResult> FollowLinkAsync(
        [FromForm] string? key, [FromForm] string? returnUrl, HttpContext context, SignInLinks links, SignInManager<PortalUser> signIn,
        IOptions<PortalOptions> options, ILogger<SignInLinks> logger)
    {
        if (!MayUseLinks(context, options.Value))
        {
            Log.Remote(logger, context.Connection.RemoteIpAddress);
            return TypedResults.LocalRedirect("/account/sign-in?refused=remote");
        }
        if (links.Redeem(key) is not { } name || await signIn.UserManager.FindByNameAsync(name) is not { } person)
            return TypedResults.LocalRedirect("/account/sign-in?refused=link");
        if (!await PortalSignIn.SignInByAsync(signIn, person, "link"))
            return TypedResults.LocalRedirect("/account/sign-in?refused=closed");
        Log.SignedIn(logger, name, "link");
        return TypedResults.LocalRedirect(SafeReturn(returnUrl));
    }

    public static async Task<RedirectHttpResult> PasswordAsync(
        [FromForm] string? userName, [FromForm] string? password, [FromForm] string? returnUrl, SignInManager<PortalUser> signIn, ILogger<SignInLinks> logger)
    {
        var result = await signIn.PasswordSignInAsync(userName ?? "", password ?? "", isPersistent: true, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            Log.SignedIn(logger, userName, "password");
            return TypedResults.LocalRedirect(SafeReturn(returnUrl));
        }
        Log.Refused(logger, userName, result.ToString());
        // Whether an account exists, and whether it is locked, is not for a stranger to know.
        return TypedResults.LocalRedirect($"/account/sign-in?refused=password&returnUrl={Uri.EscapeDataString(SafeReturn(returnUrl))}");
    }

    /// <summary>A return address on this server; the overview for anything else.</summary>
    public static string SafeReturn(string? url) => RedirectHttpResult.IsLocalUrl(url) ? url! : "/";

    public static bool MayUseLinks(HttpContext context, PortalOptions options) =>
        options.SignInLinksFromAnywhere || context.Connection.RemoteIpAddress is null || IPAddress.IsLoopback(context.Connection.RemoteIpAddress);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{User} signed in by {Way}")]
        public static partial void SignedIn(ILogger logger, string? user, string way);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Sign-in of {User} refused: {Reason}")]
        public static partial void Refused(ILogger logger, string? user, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in link was used from {Address}; links are for this machine alone")]
        public static partial void Remote(ILogger logger, IPAddress? address);
    }
}
