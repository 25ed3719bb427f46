using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace MLOps.Tests.Integration.Portal;

/// <summary>A real OpenID Connect provider on a free port, whose one person is whoever the test says.</summary>
public sealed class IdentityProviderHost : IAsyncDisposable
{
    public const string Client = "mlops-portal";
    public const string Secret = "a secret of the client 4711";

    private readonly WebApplication app;

    private IdentityProviderHost(string url)
    {
        Url = url;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.Services.AddRouting();
        builder.Services.AddOpenIddict().AddServer(SetUp);
        app = builder.Build();
        app.UseAuthentication();
        app.MapGet("/connect/authorize", AuthorizeAsync);
        app.MapGet("/connect/endsession", () => Results.SignOut(authenticationSchemes: [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]));
    }

    public string Url { get; }

    /// <summary>Who answers at the provider.</summary>
    public string Subject { get; set; } = "u-1";

    public string UserName { get; set; } = "robin";

    public IReadOnlyList<string> Groups { get; set; } = [];

    /// <summary>When the person proved it; null where the provider does not say.</summary>
    public DateTimeOffset? ProvedAt { get; set; }

    /// <summary>Whether the e-mail address was verified; null where the provider does not say.</summary>
    public bool? IsMailVerified { get; set; }

    /// <summary>The prompt of the last request.</summary>
    public string? Prompt { get; private set; }

    /// <summary>Whether a sign-out came with a token that tells whose it is.</summary>
    public bool SignedOut { get; private set; }

    public static async Task<IdentityProviderHost> StartAsync()
    {
        var host = new IdentityProviderHost($"http://127.0.0.1:{PortalProcess.FreePort()}");
        await host.app.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private void SetUp(OpenIddictServerBuilder server)
    {
        server.SetIssuer(new Uri(Url)).EnableDegradedMode();
        server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetEndSessionEndpointUris("connect/endsession");
        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        server.RegisterScopes(Scopes.Profile, Scopes.Email);
        server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
        server.UseAspNetCore().DisableTransportSecurityRequirement().EnableAuthorizationEndpointPassthrough().EnableEndSessionEndpointPassthrough();
        server.AddEventHandler<OpenIddictServerEvents.ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != Client || context.RedirectUri?.EndsWith("/signin-oidc", StringComparison.Ordinal) != true)
                context.Reject(Errors.InvalidClient);
            return default;
        }));
        server.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != Client || context.ClientSecret != Secret)
                context.Reject(Errors.InvalidClient);
            return default;
        }));
        server.AddEventHandler<OpenIddictServerEvents.ValidateEndSessionRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            SignedOut = context.IdentityTokenHintPrincipal?.GetClaim(Claims.Subject) == Subject;
            return default;
        }));
    }

    private IResult AuthorizeAsync(HttpContext context)
    {
        Prompt = context.GetOpenIddictServerRequest()!.Prompt;
        var identity = new ClaimsIdentity("provider", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, Subject).SetClaim(Claims.PreferredUsername, UserName).SetClaim(Claims.Name, "Robin of the provider").SetClaim(Claims.Email, UserName + "@example.com");
        if (IsMailVerified is { } verified)
            identity.SetClaim(Claims.EmailVerified, verified);
        foreach (var group in Groups)
            identity.AddClaim(new Claim("groups", group));
        if (ProvedAt is { } at)
            identity.SetClaim(Claims.AuthenticationTime, at.ToUnixTimeSeconds());
        identity.SetDestinations(_ => [Destinations.IdentityToken]);
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email);
        return Results.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }
}
