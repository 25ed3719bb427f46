using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.Own;
using MLOps.Portal.Features.Account.Passkeys;
using MLOps.Portal.Features.Account.Passwords;
using MLOps.Portal.Features.Account.People;
using MLOps.Portal.Features.Account.Providers;
using MLOps.Portal.Features.Account.Records;
using MLOps.Portal.Features.Account.Sessions;
using MLOps.Portal.Hosting;
using MLOps.Portal.Hosting.Protection;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account;

/// <summary>Signing in and out, roles and policies.</summary>
internal static class AccountFeature
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, RevalidatingPeople>();
        var authentication = services.AddAuthentication(IdentityConstants.ApplicationScheme);
        authentication.AddIdentityCookies();
        authentication.AddProvider(builder.Configuration);
        services.AddIdentityCore<PortalUser>(options =>
            {
                options.Password.RequiredLength = OwnAccount.LeastLength;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireDigit = false;
                options.SignIn.RequireConfirmedAccount = true;
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
            })
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<PortalDbContext>()
            .AddSignInManager<PortalSignIn>()
            .AddDefaultTokenProviders()
            .AddPasswordValidator<GuessedPasswords>()
            .AddPasswordValidator<BreachedPasswords>()
            .AddClaimsPrincipalFactory<PersonClaims>();
        services.AddOptions<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<IOptions<PortalOptions>, PersonWatch>((cookie, portal, watch) =>
            {
                PortalCookies.Name(cookie.Cookie, PortalCookies.Person, portal.Value.HttpsOnly);
                // Lax, not strict: the link to a sign-off comes by mail and chat.
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.ExpireTimeSpan = portal.Value.SessionLength;
                cookie.LoginPath = "/account/sign-in";
                cookie.ReturnUrlParameter = "returnUrl";
                cookie.Events.OnValidatePrincipal = watch.ValidateAsync;
                cookie.Events.OnRedirectToAccessDenied = context =>
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                };
            });
        services.AddAuthorizationBuilder()
            // What names no policy is closed to strangers and to people without a role.
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireRole(Roles.All).Build())
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireRole(Roles.All).Build())
            .AddPolicy(Policies.SignedIn, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Policies.View, policy => policy.RequireRole(Roles.All))
            .AddPolicy(Policies.Invoke, policy => policy.RequireRole(Roles.Scientist, Roles.Approver, Roles.Admin))
            .AddPolicy(Policies.Operate, policy => policy.RequireRole(Roles.Scientist, Roles.Admin))
            .AddPolicy(Policies.Decide, policy => policy.RequireRole(Roles.Approver, Roles.Admin))
            .AddPolicy(Policies.Administer, policy => policy.RequireRole(Roles.Admin));
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalLog>();
        services.AddScoped<CommandGate>();
        services.AddScoped<IUserConfirmation<PortalUser>, OpenAccounts>();
        services.AddSingleton<SessionBook>().AddSingleton<PersonWatch>().AddHostedService(provider => provider.GetRequiredService<PersonWatch>());
        services.AddScoped<PersonRights>().AddScoped<PeopleDirectory>().AddScoped<OwnAccount>();
        services.AddSingleton<AccountLedger>().AddSingleton<IReconciler, AccountReconciler>();
        services.AddHttpClient(BreachedPasswords.Client, client => (client.Timeout, client.MaxResponseContentBufferSize) = (TimeSpan.FromSeconds(3), 1 << 20))
            .RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<SignInLinks>();
        services.AddHostedService<SignInLinkPrinter>();
    }

    public static void MapAccounts(this WebApplication app)
    {
        app.MapPost("/account/sign-out", SignInEndpoints.SignOutAsync).RequireAuthorization(Policies.SignedIn);
        app.MapPost("/account/link", SignInEndpoints.FollowLinkAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn);
        app.MapPost("/account/sign-in", SignInEndpoints.PasswordAsync).AllowAnonymous().RequireRateLimiting(RateLimits.SignIn);
        app.MapOwnAccount();
        app.MapPasskeys();
        app.MapPeople();
        app.MapProvider();
    }
}
