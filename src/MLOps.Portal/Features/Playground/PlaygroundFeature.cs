namespace MLOps.Portal.Features.Playground;

internal static class PlaygroundFeature
{
    public static void AddPlayground(this WebApplicationBuilder builder) => builder.Services.AddScoped<PlaygroundSession>();
}
