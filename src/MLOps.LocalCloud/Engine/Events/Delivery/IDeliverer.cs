using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Events.Delivery;

/// <summary>Something that is on its way to a target.</summary>
/// <param name="Kind">Which <see cref="IDeliverer"/> carries it.</param>
/// <param name="Target">Deliveries to the same target keep their order.</param>
/// <param name="Content">What the deliverer needs, as JSON.</param>
/// <param name="MostAttempts">How often it is tried before it is given up.</param>
public sealed record DeliveryOrder(Scope Scope, string Kind, string Target, JsonObject Content, int MostAttempts = 8);

/// <summary>Carries one kind of delivery.</summary>
public interface IDeliverer
{
    /// <summary>Names the kind, for the life of the state.</summary>
    string Kind { get; }

    /// <summary>Delivers. An <see cref="AwsException"/> or <see cref="HttpRequestException"/> has it tried again, later and later.</summary>
    Task DeliverAsync(DeliveryOrder order, CancellationToken cancelled);

    /// <summary>Told of an order that is given up, to put it aside where the caller wished so.</summary>
    Task GiveUpAsync(DeliveryOrder order, Exception why, CancellationToken cancelled);
}
