using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Inventory;

namespace MLOps.Cloud.Registry;

internal static class RegistryServices
{
    public static IServiceCollection AddRegistry(this IServiceCollection services) => services
        .AddSingleton<PackageSource>()
        .AddInventory<ModelPackage, PackageSource>(isToldByEvents: true)
        .AddSingleton<IModelRegistry, ModelRegistry>();
}
