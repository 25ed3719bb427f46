using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Inventory;

namespace MLOps.Cloud.Tuning;

internal static class TuningServices
{
    public static IServiceCollection AddTuning(this IServiceCollection services) => services
        .AddSingleton<TuningSource>()
        .AddInventory<TuningJobSummary, TuningSource>()
        .AddSingleton<ITuningReader>(s => s.GetRequiredService<TuningSource>())
        .AddSingleton<ITuningCommands, TuningCommands>();
}
