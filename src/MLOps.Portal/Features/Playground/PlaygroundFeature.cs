using MLOps.Portal.Features.Playground.Answers;

namespace MLOps.Portal.Features.Playground;

internal static class PlaygroundFeature
{
    public static void AddPlayground(this WebApplicationBuilder builder) => AddPlayground(builder.Services);

    /// <summary>What the pages of the playground need; tests of components register the same.</summary>
    public static IServiceCollection AddPlayground(IServiceCollection services) => services.AddScoped<Sender>().AddScoped<PlaygroundSession>();
}
