using MLOps.LocalCloud.Engine.Events.Delivery;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sns;

/// <summary>Amazon SNS: standard topics.</summary>
internal static class SnsServices
{
    public static IServiceCollection AddSns(this IServiceCollection services) => services
        .AddSingleton<TopicStore>().AddSingleton<Publisher>()
        .AddSingleton<IDeliverer, NoticeDeliverer>()
        .AddSingleton<IOperations, TopicOperations>()
        .AddSingleton<IOperations, TagOperations>()
        .AddSingleton<IOperations, SubscriptionOperations>()
        .AddSingleton<IOperations, PublishOperations>();
}
