using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Hosting.Logging;
using MLOps.Portal.Hosting.Protection;

namespace MLOps.Portal.Hosting;

/// <summary>What every feature stands on: settings, logging, health, headers, status pages.</summary>
internal static class HostingServices
{
    public static void AddHosting(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<PortalOptions>().Bind(builder.Configuration.GetSection(PortalOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<StatePaths>().AddSingleton<EarlyEnd>();
        builder.AddPortalLogging();
        builder.AddProtection();
        builder.AddPortalHealth();
    }

    public static void UseHosting(this WebApplication app)
    {
        app.UseKnownProxies(app.Services.GetRequiredService<IOptions<PortalOptions>>().Value);
        app.UseProtection();
        app.UsePortalRequestLogging();
        app.UseStatusPages();
        app.UseHttpsAlone();
        app.UseOriginCheck();
        app.UseBodyLimits();
        app.Use(AwaitDatabaseAsync);
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.Use(app.Services.GetRequiredService<LiveConnections>().FollowAsync);
        app.Use(AttentionPaid.FollowAsync);
        app.UseAntiforgery();
    }

    /// <summary>The first page does not wait for the database; forms and signed-in people do.</summary>
    private static async Task AwaitDatabaseAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || PortalCookies.HasSession(context.Request))
            await context.RequestServices.GetRequiredService<DatabaseSetup>().Ready.WaitAsync(context.RequestAborted);
        await next(context);
    }
}
