using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Workshop;

internal static class WorkshopServices
{
    public static IServiceCollection AddWorkshop(this IServiceCollection services) => services
        .AddSingleton<WorkshopAssets>()
        .AddSingleton<StackDeployer>()
        .AddSingleton<WorkshopPlan>()
        .AddSingleton<WorkshopSeeder>()
        .AddSingleton<IWorkshopSeeder>(s => s.GetRequiredService<WorkshopSeeder>())
        .AddHostedService(s => s.GetRequiredService<WorkshopSeeder>());
}
