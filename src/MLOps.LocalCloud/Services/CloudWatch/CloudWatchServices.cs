using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.CloudWatch.Alarms;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>Amazon CloudWatch: metrics and alarms, and the store in which everything that runs here is measured.</summary>
public static class CloudWatchServices
{
    public static IServiceCollection AddCloudWatch(this IServiceCollection services) => services
        .AddSingleton<MetricStore>()
        .AddSingleton<IMetricStore>(p => p.GetRequiredService<MetricStore>())
        .AddHostedService(p => p.GetRequiredService<MetricStore>())
        .AddHostedService<MetricAging>()
        .AddSingleton<MetricReader>().AddSingleton<MetricQueries>()
        .AddSingleton<IOperations, MetricDataOperations>()
        .AddSingleton<IOperations, StatisticsOperations>()
        .AddSingleton<IOperations, QueryOperations>()
        .AddSingleton<AlarmStore>().AddSingleton<AlarmEvaluator>().AddSingleton<AlarmActions>().AddSingleton<AlarmWatch>()
        .AddHostedService(p => p.GetRequiredService<AlarmWatch>())
        .AddSingleton<IOperations, AlarmOperations>()
        .AddSingleton<IOperations, TagOperations>();
}
