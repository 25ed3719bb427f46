using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Notifications.Channels;
using MLOps.Portal.Features.Notifications.Outbox;
using MLOps.Portal.Features.Notifications.Pages;
using MLOps.Portal.Features.Notifications.Reading;
using MLOps.Portal.Features.Notifications.Settings;
using MLOps.Portal.Features.Notifications.Watching;
using MLOps.Portal.Hosting;
using MLOps.Portal.Shared.Layout;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Notifications;

/// <summary>Tells people about approvals and failures: in the portal, by webhook and by mail.</summary>
internal static class NotificationsFeature
{
    public static void AddNotifications(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<NotificationOptions>()
            .BindAll(builder.Configuration.GetSection(NotificationOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<NotificationOptions>, NotificationOptionsValidator>();
        builder.AddFeatureDatabase<NotificationDbContext>("notifications");
        builder.Services.AddSingleton<IReconciler, NotificationReconciler>();
        AddNotifications(builder.Services);
        builder.Services.AddHostedService<NotificationWatch>().AddHostedService<OutboxSender>();
    }

    /// <summary>What pages need, without the work in the background.</summary>
    internal static void AddNotifications(IServiceCollection services)
    {
        services.AddHttpClient(WebhookChannel.Client)
            // Addresses are secrets, and a redirect would carry a message to who was not named.
            .RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<NotificationFeed>().AddSingleton<NotificationStore>().AddSingleton<NoticeList>().AddSingleton<ChoiceStore>().AddSingleton<NoticeReaders>().AddSingleton<OutboxStore>().AddSingleton<WatchedApprovals>();
        services.AddSingleton<ChannelBook>().AddSingleton<Courier>().AddSingleton(new BarItem(typeof(Bell)));
    }

    public static void MapNotifications(this WebApplication app) =>
        app.MapGet("/notifications/{id:long}/open", OpenAsync).RequireAuthorization(Policies.View);

    /// <summary>Marks a notice as read on the way to what it is about; it works from pages without a circuit too.</summary>
    private static async Task<Results<RedirectHttpResult, Microsoft.AspNetCore.Http.HttpResults.NotFound>> OpenAsync(long id, HttpContext context, NoticeList notices)
    {
        if (await notices.PathAsync(id, context.RequestAborted) is not { } path)
            return TypedResults.NotFound();
        await notices.MarkAsync(context.User.Id(), id, read: true, context.RequestAborted);
        return TypedResults.LocalRedirect(path);
    }
}
