using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Inventory;

namespace MLOps.Cloud.Endpoints;

internal static class EndpointServices
{
    public static IServiceCollection AddEndpoints(this IServiceCollection services) => services
        .AddSingleton<EndpointSource>()
        .AddInventory<EndpointSummary, EndpointSource>(isToldByEvents: true)
        .AddSingleton<IEndpointReader, EndpointReader>()
        .AddSingleton<IEndpointTraffic, TrafficReader>()
        .AddSingleton<IEndpointCommands, EndpointCommands>()
        .AddSingleton<EndpointInvoker>()
        .AddSingleton<IEndpointInvoker>(s => s.GetRequiredService<EndpointInvoker>())
        .AddSingleton<IStreamingInvoker>(s => s.GetRequiredService<EndpointInvoker>())
        .AddSingleton<IAsyncInvoker, AsyncInvoker>()
        .AddSingleton<IInputSignatures, InputSignatures>()
        .AddSingleton<IDeploymentReader, DeploymentReader>()
        .AddSingleton<IDeploymentCommands, DeploymentCommands>()
        .AddSingleton<IScalingCommands, ScalingCommands>();
}
