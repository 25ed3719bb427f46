using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Endpoints;

/// <summary>The requests to every endpoint of a connection at a glance.</summary>
public interface IEndpointTraffic
{
    /// <summary>After how long without a request an endpoint is idle.</summary>
    TimeSpan IdleAfter { get; }

    /// <summary>The traffic now and then again, until it is cancelled. All who watch a connection share the calls.</summary>
    IAsyncEnumerable<Watched<TrafficReport>> WatchAsync(string connection, CancellationToken cancelled = default);
}

/// <summary>The traffic of the endpoints of a connection, by the endpoint's name.</summary>
public sealed record TrafficReport(DateTimeOffset At, ValueList<EndpointTraffic> Endpoints)
{
    public EndpointTraffic? Of(string endpoint) => Endpoints.FirstOrDefault(e => e.Endpoint == endpoint);
}

/// <summary>The requests to one endpoint.</summary>
/// <param name="Hours">Requests in each of the last 24 hours, the oldest first.</param>
/// <param name="IsIdle">Whether it has been there for <see cref="IEndpointTraffic.IdleAfter"/> and had no request in that time.</param>
public sealed record EndpointTraffic(string Endpoint, ValueList<double> Hours, bool IsIdle)
{
    /// <summary>Requests in the last 24 hours.</summary>
    public double Day => Hours.Sum();
}
