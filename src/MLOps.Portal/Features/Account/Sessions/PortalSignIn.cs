using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Sessions;

/// <summary>Signing in writes down when and how the person proved who they are: gates ask for both.</summary>
internal sealed class PortalSignIn(
    UserManager<PortalUser> users, IHttpContextAccessor contexts, IUserClaimsPrincipalFactory<PortalUser> claims, IOptions<IdentityOptions> options,
    ILogger<SignInManager<PortalUser>> logger, IAuthenticationSchemeProvider schemes, IUserConfirmation<PortalUser> confirmation, SessionBook sessions, TimeProvider time)
    : SignInManager<PortalUser>(users, contexts, claims, options, logger, schemes, confirmation)
{
    /// <summary>Signs in whoever proved it by <paramref name="way"/>; false where the account is closed.</summary>
    public static Task<bool> SignInByAsync(SignInManager<PortalUser> manager, PortalUser person, string way) =>
        SignInByAsync(manager, person, new AuthenticationProperties { IsPersistent = true }, new Claim(Person.WayClaim, way));

    /// <inheritdoc cref="SignInByAsync(SignInManager{PortalUser}, PortalUser, string)"/>
    public static async Task<bool> SignInByAsync(SignInManager<PortalUser> manager, PortalUser person, AuthenticationProperties properties, params Claim[] claims)
    {
        if (!await manager.CanSignInAsync(person))
            return false;
        await manager.SignInWithClaimsAsync(person, properties, claims);
        return true;
    }

    public override async Task SignInWithClaimsAsync(PortalUser user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        var now = time.GetUtcNow();
        user.LastSignInAt = now;
        await UserManager.UpdateAsync(user);
        var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var given = additionalClaims.ToList();
        // An identity provider says itself when the person proved it; it may have been long ago.
        if (!given.Exists(c => c.Type == Person.ProvedAtClaim))
            given.Add(new Claim(Person.ProvedAtClaim, seconds, ClaimValueTypes.Integer64));
        given.Add(new Claim(Person.SessionAtClaim, seconds, ClaimValueTypes.Integer64));
        given.Add(new Claim(Person.SessionClaim, await sessions.BeginAsync(user, given.Find(c => c.Type == Person.WayClaim)?.Value ?? "", Context)));
        await base.SignInWithClaimsAsync(user, authenticationProperties, given);
    }
}

/// <summary>A closed account signs in by no way at all.</summary>
internal sealed class OpenAccounts : IUserConfirmation<PortalUser>
{
    public Task<bool> IsConfirmedAsync(UserManager<PortalUser> manager, PortalUser user) => Task.FromResult(!user.IsDisabled);
}
