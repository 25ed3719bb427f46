using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Telemetry;

internal static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) => services
        .AddSingleton<MetricReader>()
        .AddSingleton<LogReader>()
        .AddSingleton<ILogReader>(s => s.GetRequiredService<LogReader>());
}
