using MLOps.LocalCloud.Engine.Events.Delivery;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>Amazon EventBridge: the default bus, rules and targets.</summary>
internal static class EventBridgeServices
{
    public static IServiceCollection AddEventBridge(this IServiceCollection services) => services
        .AddSingleton<RuleStore>().AddSingleton<EventRouter>()
        .AddSingleton<IDeliverer, EventDeliverer>()
        .AddHostedService(p => p.GetRequiredService<EventRouter>())
        .AddHostedService<Scheduler>()
        .AddSingleton<IOperations, RuleOperations>()
        .AddSingleton<IOperations, TagOperations>()
        .AddSingleton<IOperations, TargetOperations>()
        .AddSingleton<IOperations, EventOperations>();
}
