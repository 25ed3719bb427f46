using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Events.Delivery;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.EventBridge;

/// <summary>Takes what happens in the cloud and what callers put, and orders its delivery to the targets of matching rules.</summary>
internal sealed class EventRouter(CloudEventBus bus, RuleStore rules, Outbox outbox, TimeProvider time) : IHostedService
{
    public const string Kind = "events";
    private IDisposable? subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        subscription = bus.Subscribe(e =>
        {
            if (rules.HasAny(e.Scope))
                Route(e.Scope, Envelope(e.Scope, e.Source, e.DetailType, e.Detail, e.Resources, time.GetUtcNow()));
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        subscription?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>An event as rules match it and targets get it.</summary>
    public static JsonObject Envelope(Scope scope, string source, string detailType, JsonObject detail, IEnumerable<string> resources, DateTimeOffset at) => new()
    {
        ["version"] = "0",
        ["id"] = Guid.NewGuid().ToString(),
        ["detail-type"] = detailType,
        ["source"] = source,
        ["account"] = scope.Account,
        ["time"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["region"] = scope.Region,
        ["resources"] = resources.ToJson(),
        ["detail"] = detail.DeepClone(),
    };

    /// <summary>Orders the deliveries; they are committed when this returns.</summary>
    public void Route(Scope scope, JsonObject happened)
    {
        foreach (var rule in rules.Matching(scope, happened))
            Send(scope, rule, happened);
    }

    /// <summary>Orders the delivery of an event to all targets of a rule.</summary>
    public void Send(Scope scope, JsonObject rule, JsonObject happened)
    {
        foreach (var target in rule.Objects("Targets"))
            outbox.Add(new DeliveryOrder(scope, Kind, target.Required("Arn"), new JsonObject
            {
                ["arn"] = target.Required("Arn"),
                ["input"] = TargetInput.Of(target, happened, rule.Required("Arn")),
                ["deadLetters"] = target.Object("DeadLetterConfig")?.Text("Arn"),
                ["rule"] = rule.Required("Arn"),
            }, MostAttempts: Math.Clamp((target.Object("RetryPolicy")?.Whole("MaximumRetryAttempts") ?? 7) + 1, 1, 10)));
    }
}
