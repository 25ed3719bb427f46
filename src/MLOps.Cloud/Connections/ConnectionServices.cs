using Amazon.ApplicationAutoScaling;
using Amazon.CloudFormation;
using Amazon.CloudWatch;
using Amazon.CloudWatchLogs;
using Amazon.CodeCommit;
using Amazon.CodePipeline;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SageMaker;
using Amazon.SageMakerRuntime;
using Amazon.SecurityToken;
using Amazon.SQS;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Calls;

namespace MLOps.Cloud.Connections;

internal static class ConnectionServices
{
    public static IServiceCollection AddConnections(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMetrics();
        services.AddOptions<CloudOptions>().Bind(configuration.GetSection(CloudOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CloudOptions>, CloudOptionsValidator>();
        services.AddSingleton<CallObserver>().AddSingleton<CloudClients>().AddSingleton<ICloudClients>(s => s.GetRequiredService<CloudClients>());
        services.AddSingleton<ICloudConnections, CloudConnections>();
        // The SDK's own way in, for the first connection; the portal's readers name theirs.
        services.AddDefaultAWSOptions(s => s.GetRequiredService<CloudClients>().SettingsOf(s.GetRequiredService<ICloudConnections>().Default.Name));
        services.AddClient<IAmazonCodePipeline>().AddClient<IAmazonSageMaker>().AddClient<IAmazonSageMakerRuntime>()
            .AddClient<IAmazonCloudWatch>().AddClient<IAmazonCloudWatchLogs>().AddClient<IAmazonApplicationAutoScaling>()
            .AddClient<IAmazonCloudFormation>().AddClient<IAmazonCodeCommit>().AddClient<IAmazonS3>()
            .AddClient<IAmazonSecurityTokenService>().AddClient<IAmazonSQS>();
        return services;
    }

    /// <summary>A client for the first connection, and one a connection by the connection's name as the service key.</summary>
    private static IServiceCollection AddClient<T>(this IServiceCollection services) where T : class, IAmazonService
    {
        services.AddAWSService<T>((config, s) => s.GetRequiredService<CloudClients>().Configure(config, s.GetRequiredService<ICloudConnections>().Default.Name));
        return services.AddKeyedSingleton(KeyedService.AnyKey, (s, key) => s.GetRequiredService<ICloudClients>().Get<T>((string)key!));
    }
}
