using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Objects;

internal static class ObjectServices
{
    public static IServiceCollection AddObjects(this IServiceCollection services) => services
        .AddSingleton<ObjectStore>()
        .AddSingleton<IObjectStore>(s => s.GetRequiredService<ObjectStore>());
}
