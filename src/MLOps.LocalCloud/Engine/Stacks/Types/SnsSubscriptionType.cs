using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class SnsSubscriptionType : ResourceType
{
    private static readonly string[] Settings = ["FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "DeliveryPolicy"];

    public override string Name => "AWS::SNS::Subscription";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>(Settings) { "Endpoint", "Protocol", "TopicArn" };

    public override IReadOnlyList<string> Attributes => ["Arn"];

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var arn = await FindAsync(call, call.Properties.Required("TopicArn"), call.Properties.Required("Protocol"), call.Properties.Text("Endpoint"));
        return arn is null ? null : new ResourceState(arn, new JsonObject { ["Arn"] = arn });
    }

    public override Task CreateAsync(ResourceCall call)
    {
        var input = call.Properties.Pick("Endpoint", "Protocol", "TopicArn");
        input["ReturnSubscriptionArn"] = true;
        input["Attributes"] = Shapes.Map(call.Properties.Pick(Settings));
        return call.CallAsync("sns", "Subscribe", input);
    }

    public override Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        Shapes.Refuse(this, call.Properties, previous, Settings);
        return Task.CompletedTask;
    }

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("sns", "Unsubscribe", new JsonObject { ["SubscriptionArn"] = call.PhysicalId });

    /// <summary>The ARN of a topic's subscription by protocol and endpoint, or null.</summary>
    public static async Task<string?> FindAsync(ResourceCall call, string topic, string protocol, string? endpoint)
    {
        var input = new JsonObject { ["TopicArn"] = topic };
        while (await call.TryAsync("sns", "ListSubscriptionsByTopic", input) is { } page)
        {
            if (page.Objects("Subscriptions").FirstOrDefault(s => s.Text("Protocol") == protocol && s.Text("Endpoint") == endpoint)?.Text("SubscriptionArn") is { } arn)
                return arn;
            if (page.Text("NextToken") is not { } token)
                return null;
            input = new JsonObject { ["TopicArn"] = topic, ["NextToken"] = token };
        }
        return null;
    }
}
