using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class SnsTopicType : ResourceType
{
    private static readonly string[] Settable = ["DisplayName", "KmsMasterKeyId", "ContentBasedDeduplication"];

    public override string Name => "AWS::SNS::Topic";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>(Settable) { "TopicName", "FifoTopic", "Subscription", "Tags" };

    private static readonly TagCalls Tagging = new("sns", "ResourceArn");

    public override IReadOnlyList<string> Attributes => ["TopicArn", "TopicName"];

    public override string NameProperty => "TopicName";

    public override PhysicalNameRule NameRule => new(256);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var arn = Arn(call);
        return await call.TryAsync("sns", "GetTopicAttributes", new JsonObject { ["TopicArn"] = arn }) is null ? null
            : new ResourceState(arn, new JsonObject { ["TopicArn"] = arn, ["TopicName"] = arn.Split(':')[^1] });
    }

    public override Task CreateAsync(ResourceCall call) => call.CallAsync("sns", "CreateTopic", new JsonObject
    {
        ["Name"] = call.Name,
        ["Attributes"] = Shapes.Map(call.Properties.Pick([.. Settable, "FifoTopic"])),
        ["Tags"] = call.Properties["Tags"].Copy(),
    });

    public override async Task ConfigureAsync(ResourceCall call, JsonObject previous)
    {
        var (before, after) = (Subscriptions(previous), Subscriptions(call.Properties));
        foreach (var gone in before.Except(after))
            if (await SnsSubscriptionType.FindAsync(call, Arn(call), gone.Protocol, gone.Endpoint) is { } arn)
                await call.TryAsync("sns", "Unsubscribe", new JsonObject { ["SubscriptionArn"] = arn });
        foreach (var (protocol, endpoint) in after.Except(before))
            await call.CallAsync("sns", "Subscribe", new JsonObject { ["TopicArn"] = Arn(call), ["Protocol"] = protocol, ["Endpoint"] = endpoint });
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        await Tagging.UpdateAsync(call, call.PhysicalId, previous);
        foreach (var name in Settable.Where(n => call.Properties.Differs(previous, n)))
            await call.CallAsync("sns", "SetTopicAttributes", new JsonObject
            {
                ["TopicArn"] = call.PhysicalId, ["AttributeName"] = name, ["AttributeValue"] = Templates.Values.Text(call.Properties[name]) ?? "",
            });
        await ConfigureAsync(call, previous);
    }

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("sns", "DeleteTopic", new JsonObject { ["TopicArn"] = call.PhysicalId });

    private static string Arn(ResourceCall call) => call.PhysicalId ?? call.Scope.Arn("sns", call.Name);

    private static List<(string Protocol, string Endpoint)> Subscriptions(JsonObject properties) =>
        [.. properties.Objects("Subscription").Select(s => (s.Required("Protocol"), s.Required("Endpoint")))];
}
