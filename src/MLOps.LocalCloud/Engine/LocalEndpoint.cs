using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MLOps.LocalCloud.Engine;

/// <summary>Where this local cloud answers, for the processes that it starts.</summary>
/// <param name="url">Ends once the server listens; such as <c>http://127.0.0.1:4566</c>.</param>
public sealed class LocalEndpoint(Task<string> url)
{
    /// <summary>The URL, once the server listens.</summary>
    public Task<string> UrlAsync(CancellationToken cancelled = default) => url.WaitAsync(cancelled);

    internal static LocalEndpoint Of(IServiceProvider provider)
    {
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() =>
            ready.TrySetResult(provider.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));
        return new LocalEndpoint(ready.Task);
    }
}

/// <summary>Registers what workloads (functions, builds, pipeline jobs) need to call back.</summary>
internal static class WorkloadServices
{
    public static IServiceCollection AddWorkloads(this IServiceCollection services)
    {
        services.TryAddSingleton(LocalEndpoint.Of);
        services.TryAddSingleton<WorkloadCredentials>();
        return services;
    }
}
