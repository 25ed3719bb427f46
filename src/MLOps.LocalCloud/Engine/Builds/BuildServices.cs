using MLOps.LocalCloud.Engine.Processes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.CodeBuild;

namespace MLOps.LocalCloud.Engine.Builds;

/// <summary>CodeBuild: builds as processes on this machine. Needs the image store (<c>AddImages</c>).</summary>
public static class BuildServices
{
    public static IServiceCollection AddBuilds(this IServiceCollection services) => services
        .AddPython()
        .AddWorkloads()
        .AddSingleton<BuildStore>()
        .AddSingleton<BuildSources>()
        .AddSingleton<BuildArtifacts>()
        .AddSingleton<BuildEnvironment>()
        .AddSingleton<BuildTools>()
        .AddSingleton<BuildQueue>()
        .AddHostedService(provider => provider.GetRequiredService<BuildQueue>())
        .AddSingleton<IOperations, ProjectOperations>()
        .AddSingleton<IOperations, BuildOperations>();
}
