using MLOps.LocalCloud.Engine.Images.Docker;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.Ecr;

namespace MLOps.LocalCloud.Engine.Images;

/// <summary>The image store, its registry (ECR) and the docker commands that builds reach them by.</summary>
public static class ImageServices
{
    public static IServiceCollection AddImages(this IServiceCollection services) => services
        .AddSingleton<ImageRegistry>()
        .AddSingleton<RegistryTokens>()
        .AddSingleton<ImageStore>()
        .AddSingleton<IImageStore>(provider => provider.GetRequiredService<ImageStore>())
        .AddSingleton<IOperations, EcrRepositoryOperations>()
        .AddSingleton<IOperations, EcrImageOperations>()
        .AddSingleton<DockerSessions>().AddSingleton<EngineBuild>()
        .AddHostedService<ImageSweep>();

    /// <summary>Where the <c>docker</c> of a build's shell asks; answers only to a running build's secret.</summary>
    public static void MapImages(this WebApplication app) => app.MapPost(DockerEndpoint.Path, DockerEndpoint.Answer);
}
