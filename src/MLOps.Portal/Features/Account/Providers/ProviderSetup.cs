using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using MLOps.Portal.Hosting;

namespace MLOps.Portal.Features.Account.Providers;

/// <summary>Signing in by an identity provider: code flow with PKCE, answers in the query so that no cookie needs to cross sites.</summary>
internal static class ProviderSetup
{
    /// <summary>The name of the scheme, and of the logins that the database keeps.</summary>
    public const string Scheme = "oidc";

    /// <summary>Set where the person must prove anew who they are.</summary>
    public const string Confirms = "confirms";

    public static void AddProvider(this AuthenticationBuilder authentication, IConfiguration configuration)
    {
        var services = authentication.Services;
        services.AddOptions<ProviderOptions>().BindAll(configuration.GetSection(ProviderOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProviderOptions>, ProviderOptionsValidator>().AddScoped<ProviderSignIn>();
        if (string.IsNullOrEmpty(configuration[$"{ProviderOptions.Section}:Authority"]))
            return;
        authentication.AddOpenIdConnect(Scheme, _ => { });
        services.AddOptions<OpenIdConnectOptions>(Scheme).Configure<IOptions<ProviderOptions>>((oidc, provider) => Set(oidc, provider.Value));
    }

    private static void Set(OpenIdConnectOptions oidc, ProviderOptions provider)
    {
        oidc.Authority = provider.Authority;
        oidc.ClientId = provider.ClientId;
        oidc.ClientSecret = provider.ClientSecret.Length > 0 ? provider.ClientSecret : null;
        oidc.RequireHttpsMetadata = !new Uri(provider.Authority).IsLoopback;
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.UsePkce = true;
        oidc.Scope.Clear();
        foreach (var scope in (string[])["openid", "profile", "email", .. provider.Scopes])
            oidc.Scope.Add(scope);
        oidc.GetClaimsFromUserInfoEndpoint = true;
        oidc.MapInboundClaims = false;
        oidc.ClaimActions.Clear();
        oidc.ClaimActions.MapAll();
        oidc.SaveTokens = true;
        oidc.SignInScheme = IdentityConstants.ExternalScheme;
        oidc.SignOutScheme = IdentityConstants.ApplicationScheme;
        oidc.SignedOutRedirectUri = "/account/sign-in";
        foreach (var cookie in (CookieBuilder[])[oidc.CorrelationCookie, oidc.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }
        oidc.Events.OnRedirectToIdentityProvider = context =>
        {
            if (context.Properties.Items.ContainsKey(Confirms))
            {
                context.ProtocolMessage.Prompt = OpenIdConnectPrompt.Login;
                context.ProtocolMessage.MaxAge = "0";
            }
            return Task.CompletedTask;
        };
        oidc.Events.OnRemoteFailure = context =>
        {
            // Who goes back at the provider, or comes with an old answer, is no fault of the portal.
            context.Response.Redirect("/account/sign-in?refused=provider");
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }
}
