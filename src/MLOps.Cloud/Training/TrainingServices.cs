using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Inventory;

namespace MLOps.Cloud.Training;

internal static class TrainingServices
{
    public static IServiceCollection AddTraining(this IServiceCollection services) => services
        .AddSingleton<TrainingSource>()
        .AddInventory<TrainingJobSummary, TrainingSource>(isToldByEvents: true)
        .AddSingleton<TrainingSearch>()
        .AddSingleton<ITrainingUploads, TrainingUploads>()
        .AddSingleton<ITrainingReader, TrainingReader>()
        .AddSingleton<ITrainingCommands, TrainingCommands>();
}
