using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Hosting;

namespace MLOps.Portal.Data;

internal static class DataServices
{
    public static void AddPortalData(this WebApplicationBuilder builder)
    {
        builder.Services.AddDbContextFactory<PortalDbContext>((services, options) =>
            options.UseSqlite($"Data Source={services.GetRequiredService<StatePaths>().Database}"));
        builder.Services.AddScoped<PeopleSeeder>().AddSingleton<DatabaseSetup>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DatabaseSetup>());
        builder.Services.AddDataProtection().SetApplicationName("MLOps.Portal");
        builder.Services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<StatePaths, ILoggerFactory>((options, paths, loggers) =>
                options.XmlRepository = new Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository(new DirectoryInfo(paths.Keys), loggers));
    }
}
