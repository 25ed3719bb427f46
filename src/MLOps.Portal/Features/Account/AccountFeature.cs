using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Hosting;
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
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddIdentityCore<PortalUser>(options =>
            {
                options.Password.RequiredLength = 12;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireDigit = false;
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
            })
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<PortalDbContext>()
            .AddSignInManager()
            .AddClaimsPrincipalFactory<PersonClaims>();
        services.AddOptions<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<IOptions<PortalOptions>>((cookie, portal) =>
            {
                cookie.Cookie.Name = "mlops.person";
                cookie.ExpireTimeSpan = portal.Value.SessionLength;
                cookie.LoginPath = "/account/sign-in";
                cookie.ReturnUrlParameter = "returnUrl";
                cookie.Events.OnRedirectToAccessDenied = context =>
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                };
            });
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Policies.View, policy => policy.RequireRole(Roles.All))
            .AddPolicy(Policies.Invoke, policy => policy.RequireRole(Roles.Scientist, Roles.Approver, Roles.Admin))
            .AddPolicy(Policies.Operate, policy => policy.RequireRole(Roles.Scientist, Roles.Admin))
            .AddPolicy(Policies.Decide, policy => policy.RequireRole(Roles.Approver, Roles.Admin));
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalLog>();
        services.AddScoped<CommandGate>();
        services.AddSingleton<SignInLinks>();
        services.AddHostedService<SignInLinkPrinter>();
    }

    public static void MapAccounts(this WebApplication app)
    {
        app.MapPost("/account/sign-out", SignInEndpoints.SignOutAsync);
        app.MapPost("/account/link", SignInEndpoints.FollowLinkAsync).AllowAnonymous();
        app.MapPost("/account/sign-in", SignInEndpoints.PasswordAsync).AllowAnonymous();
    }
}
