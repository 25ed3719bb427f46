using MLOps.Portal.Data;

namespace MLOps.Portal.Features.Load;

internal static class LoadFeature
{
    public static void AddLoad(this WebApplicationBuilder builder)
    {
        builder.AddFeatureDatabase<LoadDbContext>("load");
        builder.Services.AddOptions<LoadOptions>().Bind(builder.Configuration.GetSection(LoadOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        AddLoad(builder.Services);
        builder.Services.AddHostedService(services => services.GetRequiredService<LoadRuns>());
    }

    /// <summary>What the pages need besides database and settings; tests of components register the same.</summary>
    public static IServiceCollection AddLoad(IServiceCollection services) => services.AddSingleton<LoadStore>().AddSingleton<LoadRuns>();
}
