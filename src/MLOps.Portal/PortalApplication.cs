using MLOps.Portal.Data;
using MLOps.Portal.Features.Account;
using MLOps.Portal.Features.Approvals;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Features.Endpoints;
using MLOps.Portal.Features.Load;
using MLOps.Portal.Features.Models;
using MLOps.Portal.Features.Pipelines;
using MLOps.Portal.Features.Notifications;
using MLOps.Portal.Features.Playground;
using MLOps.Portal.Features.Search;
using MLOps.Portal.Features.Training;
using MLOps.Portal.Features.Transforms;
using MLOps.Portal.Features.Timeline;
using MLOps.Portal.Features.Tuning;
using MLOps.Portal.Hosting;
using MLOps.Portal.Hosting.Protection;
using MLOps.Portal.Shared;
using MLOps.Portal.Shared.Layout;

namespace MLOps.Portal;

/// <summary>The composition root of the portal: the program, tests and benchmarks start this.</summary>
public static class PortalApplication
{
    /// <summary>Composes the portal.</summary>
    /// <param name="args">Settings from the command line, such as <c>--Cloud:Mode=Aws</c>.</param>
    /// <param name="cloud">Registers the ports of a cloud in place of the real ones, which then are not started: for tests.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? cloud = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(PortalApplication).Assembly.GetName().Name,
            ContentRootPath = File.Exists("appsettings.json") ? null : AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.AddHosting();
        builder.AddPortalData();
        builder.AddAccounts();
        builder.AddCloud(cloud);
        builder.AddShared();
        builder.AddApprovals();
        builder.AddPipelines();
        builder.AddTraining();
        builder.AddTuning();
        builder.AddTransforms();
        builder.AddModels();
        builder.AddEndpoints();
        builder.AddPlayground();
        builder.AddLoad();
        builder.AddTimeline();
        builder.AddSearch();
        builder.AddAudit();
        builder.AddNotifications();

        var app = builder.Build();
        app.UseHosting();
        app.MapPortalHealth();
        app.MapStaticAssets().AllowAnonymous().DisableRateLimiting();
        app.MapAccounts();
        app.MapApprovals();
        app.MapAudit();
        app.MapPipelines();
        app.MapSearch();
        app.MapTraining();
        app.MapTransforms();
        app.MapPlayground();
        app.MapNotifications();
        // Pages say for themselves who may see them; the hub of the circuits and what else comes with them is for who may look.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .Add(endpoint => endpoint.CloseUnlessOpened());
        return app;
    }
}
