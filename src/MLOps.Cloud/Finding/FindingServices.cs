using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Finding;

internal static class FindingServices
{
    public static IServiceCollection AddFinding(this IServiceCollection services) => services.AddSingleton<IThingFinder, ThingFinder>();
}
