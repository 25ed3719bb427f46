using MLOps.LocalCloud.Engine.Containers.Engines;
using MLOps.LocalCloud.Engine.Processes;

namespace MLOps.LocalCloud.Engine.Containers;

/// <summary>Registers what runs images.</summary>
internal static class ContainerServices
{
    public static IServiceCollection AddContainers(this IServiceCollection services) =>
        services.AddPython().AddSingleton<ContainerEnvironment>().AddSingleton<DockerEngine>().AddSingleton<ContainerRunner>()
            .AddSingleton<IContainerRunner>(p => p.GetRequiredService<ContainerRunner>())
            .AddHostedService<DockerSweep>().AddHostedService<ContainerWarmUp>();
}
