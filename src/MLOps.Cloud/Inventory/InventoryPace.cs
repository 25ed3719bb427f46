using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Events;

namespace MLOps.Cloud.Inventory;

/// <summary>How long to wait between two sweeps: by the cloud, by whether events tell of changes, and by whether anybody looks.</summary>
internal sealed class InventoryPace(IOptions<CloudOptions> options, EventQueues events, Attention attention)
{
    private const double IdleFactor = 4;
    private static readonly TimeSpan Local = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LocalWithEvents = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Aws = TimeSpan.FromSeconds(15);

    private readonly InventoryOptions settings = options.Value.Inventory;

    /// <summary>The time between two sweeps over everything, where the ones between them ask for changes only.</summary>
    public TimeSpan FullEvery => settings.FullInterval;

    public TimeSpan Of(CloudConnection connection, bool isToldByEvents)
    {
        var watched = settings.Interval ?? Watched(connection, isToldByEvents && events.Flow(connection.Name));
        if (attention.IsPaid)
            return watched;
        var idle = settings.IdleInterval ?? watched * IdleFactor;
        return idle > watched ? idle : watched;
    }

    /// <summary>On AWS one queue may be read by several instances of the portal, each of which hears a part: there sweeps keep their pace.</summary>
    private static TimeSpan Watched(CloudConnection connection, bool eventsFlow) =>
        !connection.IsLocal ? Aws : eventsFlow ? LocalWithEvents : Local;
}
