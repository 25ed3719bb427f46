using MLOps.LocalCloud.Engine.Events.Delivery;
using MLOps.LocalCloud.Services.EventBridge;
using MLOps.LocalCloud.Services.Sns;
using MLOps.LocalCloud.Services.Sqs;

namespace MLOps.LocalCloud.Services;

/// <summary>Queues, topics and events, and the outbox that carries from one to the other.</summary>
public static class MessagingServices
{
    public static IServiceCollection AddMessaging(this IServiceCollection services) => services
        .AddSingleton<Outbox>().AddSingleton<Targets>()
        .AddHostedService(p => p.GetRequiredService<Outbox>())
        .AddSqs().AddSns().AddEventBridge();
}
