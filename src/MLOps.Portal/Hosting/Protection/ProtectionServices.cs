using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using MLOps.Portal.Shared;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Hosting.Protection;

/// <summary>What stands between a browser and the pages: limits, headers, the check of the origin.</summary>
internal static class ProtectionServices
{
    public static void AddProtection(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LimitOptions>().Bind(builder.Configuration.GetSection(LimitOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimits();
        services.AddSingleton<LiveConnections>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>((server, limits) =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = limits.Value.BodyBytes;
        });
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<PortalOptions>>((forms, portal) =>
        {
            PortalCookies.Name(forms.Cookie, PortalCookies.Form, portal.Value.HttpsOnly);
            forms.Cookie.SameSite = SameSiteMode.Strict;
            // The page's own header says more: frame-ancestors.
            forms.SuppressXFrameOptionsHeader = true;
        });
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
    }

    /// <summary>Before anything that knows the person.</summary>
    public static void UseProtection(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
            app.UseHsts();
        app.UseSecurityHeaders();
    }

    /// <summary>Refuses what comes without TLS where the settings say so. Probes of the machine's own keep working.</summary>
    public static void UseHttpsAlone(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<PortalOptions>>().Value.HttpsOnly)
            app.Use((context, next) =>
            {
                if (context.Request.IsHttps || context.Request.Path.StartsWithSegments("/health"))
                    return next(context);
                context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
                context.Response.Headers.Upgrade = "TLS/1.2, HTTP/1.1";
                context.Response.Headers.Connection = "Upgrade";
                return Task.CompletedTask;
            });
    }

    /// <summary>Gives an endpoint that names no policy the one of who may look.</summary>
    public static void CloseUnlessOpened(this EndpointBuilder endpoint)
    {
        if (!endpoint.Metadata.Any(m => m is IAuthorizeData or IAllowAnonymous))
            endpoint.Metadata.Add(new AuthorizeAttribute(Policies.View));
    }

    /// <summary>Says 413 before a body is read that is too large; the form would be called broken otherwise.</summary>
    public static void UseBodyLimits(this WebApplication app) => app.Use((context, next) =>
    {
        var body = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        // A circuit that cannot have a WebSocket posts its messages, which hold what pages upload.
        if (body is { IsReadOnly: false } && context.Request.Path.StartsWithSegments("/_blazor"))
            body.MaxRequestBodySize = SharedServices.MaxMessageBytes;
        if (context.Request.ContentLength <= (body?.MaxRequestBodySize ?? long.MaxValue) || context.Request.ContentLength is null)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    });
}
