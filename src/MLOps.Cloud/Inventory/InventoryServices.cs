using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Events;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Inventory;

internal static class InventoryServices
{
    private static readonly TimeSpan LocalInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LocalIntervalWithEvents = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AwsInterval = TimeSpan.FromSeconds(15);

    /// <summary>Collects things of a kind in every connection.</summary>
    /// <param name="isToldByEvents">Whether events name what changed of this kind, so that sweeps only need to find what they missed.</param>
    public static IServiceCollection AddInventory<T, TSource>(this IServiceCollection services, bool isToldByEvents = false)
        where T : class
        where TSource : class, IInventorySource<T>
    {
        services.TryAddSingleton<AfterCommand>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, InventoryHost>());
        services.AddSingleton(s => Collect(s, s.GetRequiredService<TSource>(), isToldByEvents));
        services.AddSingleton<IInventory<T>>(s => s.GetRequiredService<CollectedInventory<T>>());
        return services.AddSingleton<IInventoryCollectors>(s => s.GetRequiredService<CollectedInventory<T>>());
    }

    /// <summary>Shows a part of what is collected.</summary>
    public static IServiceCollection AddDerived<TSource, T>(this IServiceCollection services, Func<ValueList<TSource>, IEnumerable<T>> select) =>
        services.AddSingleton<IInventory<T>>(s => new DerivedInventory<TSource, T>(s.GetRequiredService<IInventory<TSource>>(), select));

    private static CollectedInventory<T> Collect<T>(IServiceProvider services, IInventorySource<T> source, bool isToldByEvents) where T : class
    {
        var interval = services.GetRequiredService<IOptions<CloudOptions>>().Value.Inventory.Interval;
        var events = services.GetRequiredService<EventQueues>();
        var time = services.GetRequiredService<TimeProvider>();
        var logger = services.GetRequiredService<ILogger<CollectedInventory<T>>>();
        return new CollectedInventory<T>(services.GetRequiredService<ICloudConnections>().All.ToDictionary(
            c => c.Name,
            c => new Collector<T>(c.Name, source, () => interval ?? Interval(c, isToldByEvents && events.Flow(c.Name)), time, logger),
            StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>On AWS one queue may be read by several instances of the portal, each of which hears a part: there sweeps keep their pace.</summary>
    private static TimeSpan Interval(CloudConnection connection, bool eventsFlow) =>
        !connection.IsLocal ? AwsInterval : eventsFlow ? LocalIntervalWithEvents : LocalInterval;
}
