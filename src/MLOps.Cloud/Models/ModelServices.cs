using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Inventory;

namespace MLOps.Cloud.Models;

internal static class ModelServices
{
    public static IServiceCollection AddModels(this IServiceCollection services) => services
        .AddSingleton<ModelSource>()
        .AddInventory<ModelSummary, ModelSource>()
        .AddSingleton<IModelReader>(s => s.GetRequiredService<ModelSource>());
}
