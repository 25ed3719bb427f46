using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Logs;

/// <summary>Amazon CloudWatch Logs, and the sink through which everything that runs here writes its lines.</summary>
public static class LogServices
{
    public static IServiceCollection AddLogs(this IServiceCollection services) => services
        .AddSingleton<LogDatabase>().AddSingleton<LogStore>().AddSingleton<LogEvents>().AddSingleton<LogSink>()
        .AddSingleton<ILogSink>(p => p.GetRequiredService<LogSink>())
        .AddHostedService(p => p.GetRequiredService<LogSink>())
        .AddHostedService<LogRetention>()
        .AddSingleton<IOperations, LogGroupOperations>()
        .AddSingleton<IOperations, TagOperations>()
        .AddSingleton<IOperations, LogEventOperations>()
        .AddSingleton<IOperations, FilterOperations>();
}
