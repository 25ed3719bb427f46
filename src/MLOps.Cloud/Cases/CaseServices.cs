using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Cases;

internal static class CaseServices
{
    public static IServiceCollection AddCases(this IServiceCollection services) => services
        .AddSingleton<ICaseSource, UploadedCases>()
        .AddSingleton<ICaseRunner, CaseRunner>();
}
