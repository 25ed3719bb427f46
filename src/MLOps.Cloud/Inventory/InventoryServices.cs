using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Inventory;

internal static class InventoryServices
{
    /// <summary>Sweeps are spread by up to a tenth of their interval, so that those of many kinds and connections do not fall together.</summary>
    private const double Jitter = 0.1;

    /// <summary>Collects things of a kind in every connection.</summary>
    /// <param name="isToldByEvents">Whether events name what changed of this kind, so that sweeps only need to find what they missed.</param>
    public static IServiceCollection AddInventory<T, TSource>(this IServiceCollection services, bool isToldByEvents = false)
        where T : class
        where TSource : class, IInventorySource<T>
    {
        services.TryAddSingleton<AfterCommand>();
        services.TryAddSingleton<Attention>();
        services.TryAddSingleton<InventoryPace>();
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
        var pace = services.GetRequiredService<InventoryPace>();
        var time = services.GetRequiredService<TimeProvider>();
        var logger = services.GetRequiredService<ILogger<CollectedInventory<T>>>();
        return new CollectedInventory<T>(services.GetRequiredService<ICloudConnections>().All.ToDictionary(
            c => c.Name,
            c => new Collector<T>(c.Name, source, () => pace.Of(c, isToldByEvents), time, logger, pace.FullEvery, Jitter),
            StringComparer.OrdinalIgnoreCase));
    }
}
