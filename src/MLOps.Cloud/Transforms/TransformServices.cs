using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Inventory;

namespace MLOps.Cloud.Transforms;

internal static class TransformServices
{
    public static IServiceCollection AddTransforms(this IServiceCollection services) => services
        .AddSingleton<TransformSource>()
        .AddInventory<TransformJobSummary, TransformSource>()
        .AddSingleton<ITransformReader>(s => s.GetRequiredService<TransformSource>())
        .AddSingleton<ITransformCommands, TransformCommands>();
}
