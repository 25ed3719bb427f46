using Microsoft.Extensions.Options;
using MLOps.Cloud;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account;
using MLOps.Portal.Hosting;
using MLOps.Portal.Shared.Layout;
using MudBlazor.Services;

namespace MLOps.Portal;

/// <summary>The composition root of the portal: the program, tests and benchmarks start this.</summary>
public static class PortalApplication
{
    /// <summary>Composes the portal.</summary>
    /// <param name="args">Settings from the command line, such as <c>--Cloud:Mode=Aws</c>.</param>
    /// <param name="configure">What a test exchanges.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = File.Exists("appsettings.json") ? null : AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.AddHosting();
        builder.AddPortalData();
        builder.AddAccounts();
        builder.Services.AddMLOpsCloud(builder.Configuration);
        builder.Services.AddMudServices();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseHosting();
        app.MapPortalHealth();
        app.MapStaticAssets().AllowAnonymous();
        app.MapAccounts();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
