using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Events;

internal static class EventServices
{
    public static IServiceCollection AddEvents(this IServiceCollection services) => services
        .AddSingleton<EventQueues>().AddSingleton<ChangedThings>().AddHostedService<EventQueueListener>();
}
