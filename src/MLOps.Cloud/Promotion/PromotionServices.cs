using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Promotion;

internal static class PromotionServices
{
    public static IServiceCollection AddPromotion(this IServiceCollection services) => services
        .AddSingleton<EndpointOrigins>()
        .AddSingleton<DeployingStages>()
        .AddSingleton<IDeployingStages>(provider => provider.GetRequiredService<DeployingStages>())
        .AddSingleton<IProductionReader, ProductionReader>()
        .AddSingleton<IProductionCommands, ProductionCommands>();
}
