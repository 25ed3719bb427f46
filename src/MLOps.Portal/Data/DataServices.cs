using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using MLOps.Portal.Data.Keys;
using MLOps.Portal.Hosting;

namespace MLOps.Portal.Data;

internal static class DataServices
{
    public static void AddPortalData(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DatabaseOptions>().Bind(builder.Configuration.GetSection(DatabaseOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<PortalDatabase>();
        builder.AddFeatureDatabase<PortalDbContext>("people");
        builder.AddFeatureDatabase<KeysDbContext>("keys");
        builder.Services.AddScoped<PeopleSeeder>().AddSingleton<DatabaseSetup>();
        // Before the service that loads the keys, which may be in the database.
        builder.Services.AddHostedService(services => services.GetRequiredService<DatabaseSetup>());
        builder.Services.AddDataProtection().SetApplicationName("MLOps.Portal");
        builder.Services.AddOptions<KeyManagementOptions>().Configure<PortalDatabase, StatePaths, IServiceProvider, ILoggerFactory>(KeepKeys);
    }

    /// <summary>
    /// Registers the context of a feature: <c>IDbContextFactory&lt;TContext&gt;</c> for its code, and its migrations, which are applied at start.
    /// </summary>
    /// <param name="name">Short and lower case, never changed: the table <c>__migrations_NAME</c> says how far the migrations have come.</param>
    public static void AddFeatureDatabase<TContext>(this WebApplicationBuilder builder, string name) where TContext : DbContext
    {
        builder.Services.AddDbContextFactory<TContext>((services, options) => services.GetRequiredService<PortalDatabase>().Configure(options, name));
        builder.Services.AddSingleton(new FeatureDatabase(name, typeof(TContext)));
    }

    // Several instances must read each other's cookies and forms, so that the keys are where all of them look.
    private static void KeepKeys(KeyManagementOptions options, PortalDatabase database, StatePaths paths, IServiceProvider services, ILoggerFactory loggers) =>
        options.XmlRepository = database.IsShared
            ? new EntityFrameworkCoreXmlRepository<KeysDbContext>(services, loggers)
            : new FileSystemXmlRepository(new DirectoryInfo(paths.Keys), loggers);
}
