using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Load;

internal static class LoadServices
{
    public static IServiceCollection AddLoad(this IServiceCollection services) => services.AddSingleton<ILoadGenerator, GeneratorProcess>();
}
