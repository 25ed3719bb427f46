using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sqs;

/// <summary>Amazon SQS: standard queues.</summary>
internal static class SqsServices
{
    public static IServiceCollection AddSqs(this IServiceCollection services) => services
        .AddSingleton<QueueDatabase>().AddSingleton<QueueStore>().AddSingleton<MessageStore>().AddSingleton<QueueSignals>()
        .AddHostedService<QueueRetention>()
        .AddSingleton<QueueTags>().AddSingleton<IOperations>(p => p.GetRequiredService<QueueTags>())
        .AddSingleton<IOperations, QueueOperations>()
        .AddSingleton<IOperations, MessageOperations>()
        .AddSingleton<IOperations, ReceiveOperations>();
}
