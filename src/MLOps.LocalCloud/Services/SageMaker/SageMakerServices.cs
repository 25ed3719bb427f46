using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Training;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.Services.SageMaker.Training;

namespace MLOps.LocalCloud.Services.SageMaker;

/// <summary>Amazon SageMaker: training jobs, models, endpoints, and the engines that run them.</summary>
public static class SageMakerServices
{
    public static IServiceCollection AddSageMaker(this IServiceCollection services) => services
        .AddContainers()
        .AddSingleton<S3Objects>().AddSingleton<Roles>()
        .AddSingleton<TrainingJobTable>().AddSingleton<TrainingTools>().AddSingleton<TrainingEngine>()
        .AddHostedService(p => p.GetRequiredService<TrainingEngine>())
        .AddSingleton<IOperations, TrainingJobOperations>();
}
