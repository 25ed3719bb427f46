using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Promotion;

internal static class PromotionServices
{
    public static IServiceCollection AddPromotion(this IServiceCollection services) => services
        .AddSingleton<IProductionReader, ProductionReader>()
        .AddSingleton<IProductionCommands, ProductionCommands>();
}
