using MLOps.LocalCloud.Engine.Artifacts;
using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Endpoints;
using MLOps.LocalCloud.Engine.Processings;
using MLOps.LocalCloud.Engine.Training;
using MLOps.LocalCloud.Engine.Transforms;
using MLOps.LocalCloud.Engine.Tuning;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMaker.EndpointConfigs;
using MLOps.LocalCloud.Services.SageMaker.Endpoints;
using MLOps.LocalCloud.Services.SageMaker.ModelPackages;
using MLOps.LocalCloud.Services.SageMaker.Models;
using MLOps.LocalCloud.Services.SageMaker.Processings;
using MLOps.LocalCloud.Services.SageMaker.Resources;
using MLOps.LocalCloud.Services.SageMaker.Tagging;
using MLOps.LocalCloud.Services.SageMaker.Training;
using MLOps.LocalCloud.Services.SageMaker.Transforms;
using MLOps.LocalCloud.Services.SageMaker.Tuning;
using MLOps.LocalCloud.Services.SageMakerRuntime;
using MLOps.LocalCloud.Services.Tagging;
using MLOps.LocalCloud.Services.SageMakerRuntime.Async;

namespace MLOps.LocalCloud.Services.SageMaker;

/// <summary>Amazon SageMaker: training jobs, models, endpoints, and the engines that run them.</summary>
public static class SageMakerServices
{
    public static IServiceCollection AddSageMaker(this IServiceCollection services) => services
        .AddContainers()
        .AddSingleton<S3Objects>().AddSingleton<Roles>()
        .AddResources<TrainingJobTable>().AddResources<ModelTable>().AddResources<EndpointConfigTable>().AddResources<EndpointTable>()
        .AddResources<ModelPackageGroupTable>().AddResources<ModelPackageTable>().AddSingleton<ModelPackageInput>()
        .AddTuning()
        .AddSingleton<JobObservations>().AddSingleton<TrainingTools>().AddSingleton<TrainingEngine>().AddSingleton<TrainingJobCreation>()
        .AddHostedService(p => p.GetRequiredService<TrainingEngine>())
        .AddResources<TransformJobTable>().AddSingleton<TransformTools>().AddSingleton<TransformEngine>()
        .AddHostedService(p => p.GetRequiredService<TransformEngine>())
        .AddResources<ProcessingJobTable>().AddSingleton<ProcessingTools>().AddSingleton<ProcessingEngine>()
        .AddHostedService(p => p.GetRequiredService<ProcessingEngine>())
        .AddSingleton<ServingClient>().AddSingleton<ServingPorts>().AddSingleton<EndpointTools>().AddSingleton<EndpointEngine>()
        .AddHostedService(p => p.GetRequiredService<EndpointEngine>())
        .AddSingleton<DataCapture>().AddHostedService(p => p.GetRequiredService<DataCapture>())
        .AddSingleton<Invoker>()
        .AddSingleton<AsyncRequests>().AddSingleton<AsyncNotices>().AddSingleton<AsyncWork>().AddSingleton<AsyncQueue>().AddHostedService(p => p.GetRequiredService<AsyncQueue>())
        .AddSingleton<IOperations, AsyncOperations>()
        .AddSingleton<IOperations, TrainingJobOperations>()
        .AddSingleton<IOperations, TransformJobOperations>()
        .AddSingleton<IOperations, ProcessingJobOperations>()
        .AddSingleton<IOperations, ModelOperations>()
        .AddSingleton<IOperations, EndpointConfigOperations>()
        .AddSingleton<IOperations, EndpointOperations>()
        .AddSingleton<IOperations, ModelPackageGroupOperations>()
        .AddSingleton<IOperations, ModelPackageOperations>()
        .AddSingleton<IOperations, TagOperations>()
        .AddSingleton<IOperations, TaggingOperations>()
        .AddSingleton<IOperations, RuntimeOperations>();

    /// <summary>Before the training jobs, whose first words tuning jobs must not miss.</summary>
    private static IServiceCollection AddTuning(this IServiceCollection services) => services
        .AddResources<TuningJobTable>().AddSingleton<TrialTable>()
        .AddSingleton<TuningTools>().AddSingleton<TuningEngine>().AddHostedService(p => p.GetRequiredService<TuningEngine>())
        .AddSingleton<IOperations, TuningJobOperations>();

    /// <summary>A type of resource, by itself and among all that can be tagged.</summary>
    private static IServiceCollection AddResources<T>(this IServiceCollection services) where T : ResourceTable =>
        services.AddSingleton<T>().AddSingleton<ResourceTable>(p => p.GetRequiredService<T>());
}
