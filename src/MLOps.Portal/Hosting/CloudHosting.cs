using Microsoft.Extensions.Options;
using MLOps.Cloud;
using MLOps.Cloud.Connections;
using MLOps.LocalCloud;

namespace MLOps.Portal.Hosting;

/// <summary>Which cloud the portal looks at, and in embedded mode the cloud itself.</summary>
internal static class CloudHosting
{
    public static void AddCloud(this WebApplicationBuilder builder, Action<IServiceCollection>? instead)
    {
        if (instead is not null)
        {
            instead(builder.Services);
            return;
        }
        if (builder.Configuration.GetValue("Cloud:Mode", CloudMode.Embedded) == CloudMode.Embedded)
            builder.AddEmbeddedCloud();
        builder.Services.AddMLOpsCloud(builder.Configuration);
    }

    private static void AddEmbeddedCloud(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LocalCloudOptions>().Bind(builder.Configuration.GetSection("LocalCloud"))
            .PostConfigure<IHostEnvironment>((cloud, host) => cloud.StateFolder = Path.GetFullPath(cloud.StateFolder, host.ContentRootPath));
        // One place says where the local cloud is: its own section. The connection follows, unless it is set by itself.
        builder.Services.AddOptions<CloudOptions>().PostConfigure<IOptions<LocalCloudOptions>>((connection, local) =>
        {
            if (builder.Configuration["Cloud:EndpointUrl"] is null)
                connection.EndpointUrl = $"http://127.0.0.1:{local.Value.Port}";
            connection.Account = local.Value.Account;
            connection.Region = local.Value.Region;
        });
        builder.Services.AddHostedService<EmbeddedCloud>();
    }
}
