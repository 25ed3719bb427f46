using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Events.Delivery;

/// <summary>
/// Deliveries that must not be lost: each is committed before <see cref="Add"/> returns and removed when it arrived or was
/// given up, so that it also arrives after an abrupt end. One lane a target; a target that fails delays only its own.
/// </summary>
public sealed class Outbox(DocumentStore documents, IServiceProvider services, TimeProvider time, ILogger<Outbox> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private readonly DocumentTable table = documents.Table("events/outbox");
    private readonly ConcurrentDictionary<string, Lane> lanes = new();
    private readonly CancellationTokenSource stopping = new();
    private Dictionary<string, IDeliverer>? deliverers;

    /// <summary>Takes an order; when this returns it will be delivered, whatever happens to this process.</summary>
    public void Add(DeliveryOrder order)
    {
        var key = Guid.NewGuid().ToString("n");
        table.Put(order.Scope, key, new JsonObject
        {
            ["kind"] = order.Kind, ["target"] = order.Target, ["content"] = order.Content.DeepClone(), ["mostAttempts"] = order.MostAttempts,
        });
        Enqueue(key, order);
    }

    /// <summary>How many orders are on their way.</summary>
    public int Count => table.All().Count;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (scope, document) in table.All())
            Enqueue(document.Key, new DeliveryOrder(scope, document.Value.Required("kind"), document.Value.Required("target"),
                document.Value.Object("content")!, document.Value.Whole("mostAttempts") ?? 1));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await Task.WhenAll(lanes.Values.Select(l => l.Work));
    }

    public void Dispose() => stopping.Dispose();

    private void Enqueue(string key, DeliveryOrder order) => lanes.GetOrAdd($"{order.Kind} {order.Target}", _ => new Lane(this)).Orders.Writer.TryWrite((key, order));

    private async Task RunAsync(ChannelReader<(string Key, DeliveryOrder Order)> orders)
    {
        try
        {
            await foreach (var (key, order) in orders.ReadAllAsync(stopping.Token))
                if (table.Find(order.Scope, key) is not null)
                {
                    await DeliverAsync(order);
                    table.Remove(order.Scope, key);
                }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task DeliverAsync(DeliveryOrder order)
    {
        deliverers ??= services.GetServices<IDeliverer>().ToDictionary(d => d.Kind);
        var deliverer = deliverers[order.Kind];
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            try
            {
                await deliverer.DeliverAsync(order, stopping.Token);
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                // Whatever it was, it must not end the lane; what no deliverer should throw is logged as the fault it is.
                if (e is not (AwsException or HttpRequestException or OperationCanceledException))
                    logger.LogError(e, "The delivery to {Target} failed", order.Target);
                if (attempt >= order.MostAttempts || e is AwsException { Status: < 500 } and not AwsException { Status: 429 })
                {
                    logger.LogWarning("Gave up the delivery to {Target} after {Attempts} attempts: {Why}", order.Target, attempt, e.Message);
                    await deliverer.GiveUpAsync(order, e, stopping.Token);
                    return;
                }
            }
            await Task.Delay(pause, time, stopping.Token);
        }
    }

    private sealed class Lane
    {
        public Lane(Outbox outbox) => Work = Task.Run(() => outbox.RunAsync(Orders.Reader));

        public Channel<(string, DeliveryOrder)> Orders { get; } = Channel.CreateUnbounded<(string, DeliveryOrder)>(new UnboundedChannelOptions { SingleReader = true });

        public Task Work { get; }
    }
}
