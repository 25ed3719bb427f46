using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MLOps.Cloud.Prices;

internal static class PriceServices
{
    public static IServiceCollection AddPrices(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PriceOptions>().Bind(configuration.GetSection(PriceOptions.Section)).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<PriceOptions>, PriceOptionsValidator>().AddSingleton<IPriceTable, PriceTable>();
    }
}
