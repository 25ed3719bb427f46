using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events.Delivery;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>Delivers events to targets, and what cannot be delivered to the target's dead-letter queue.</summary>
internal sealed class EventDeliverer(Targets targets, ILogger<EventDeliverer> logger) : IDeliverer
{
    public string Kind => EventRouter.Kind;

    public Task DeliverAsync(DeliveryOrder order, CancellationToken cancelled) =>
        targets.SendAsync(order.Content.Required("arn"), order.Content.Required("input"), null, cancelled);

    public async Task GiveUpAsync(DeliveryOrder order, Exception why, CancellationToken cancelled)
    {
        if (order.Content.Text("deadLetters") is not { } queue)
            return;
        try
        {
            await targets.SendAsync(queue, order.Content.Required("input"), new JsonObject
            {
                ["RULE_ARN"] = Text(order.Content.Required("rule")), ["TARGET_ARN"] = Text(order.Content.Required("arn")),
                ["ERROR_CODE"] = Text((why as AwsException)?.Code ?? "SDK_CLIENT_ERROR"), ["ERROR_MESSAGE"] = Text(why.Message),
            }, cancelled);
        }
        catch (AwsException e)
        {
            logger.LogWarning("The dead-letter queue {Queue} refused an event: {Message}", queue, e.Message);
        }
    }

    private static JsonObject Text(string value) => new() { ["DataType"] = "String", ["StringValue"] = value };
}
