using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class SqsQueueType : ResourceType
{
    // What goes from the template is set to the service's default.
    private static readonly Dictionary<string, string> Defaults = new()
    {
        ["ContentBasedDeduplication"] = "false", ["DeduplicationScope"] = "queue", ["DelaySeconds"] = "0", ["FifoThroughputLimit"] = "perQueue",
        ["KmsDataKeyReusePeriodSeconds"] = "300", ["KmsMasterKeyId"] = "", ["MaximumMessageSize"] = "262144", ["MessageRetentionPeriod"] = "345600",
        ["ReceiveMessageWaitTimeSeconds"] = "0", ["RedriveAllowPolicy"] = "", ["RedrivePolicy"] = "", ["SqsManagedSseEnabled"] = "true", ["VisibilityTimeout"] = "30",
    };

    private static readonly TagCalls Tagging = new("sqs", "QueueUrl", IsMap: true, Set: "TagQueue", Remove: "UntagQueue");

    public override string Name => "AWS::SQS::Queue";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>(Defaults.Keys) { "QueueName", "FifoQueue", "Tags" };

    public override IReadOnlyList<string> Attributes => ["Arn", "QueueName", "QueueUrl"];

    public override string NameProperty => "QueueName";

    public override PhysicalNameRule NameRule => new(80);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        if ((await call.TryAsync("sqs", "GetQueueUrl", new JsonObject { ["QueueName"] = call.Name }))?.Text("QueueUrl") is not { } url)
            return null;
        return new ResourceState(url, new JsonObject { ["Arn"] = call.Scope.Arn("sqs", call.Name), ["QueueName"] = call.Name, ["QueueUrl"] = url });
    }

    public override Task CreateAsync(ResourceCall call) => call.CallAsync("sqs", "CreateQueue", new JsonObject
    {
        ["QueueName"] = call.Name,
        ["Attributes"] = Shapes.Map(call.Properties.Pick([.. Defaults.Keys, "FifoQueue"])),
        ["tags"] = Shapes.TagMap(call.Properties),
    });

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        await Tagging.UpdateAsync(call, call.PhysicalId, previous);
        var changed = Defaults.Keys.Where(n => call.Properties.Differs(previous, n)).ToList();
        if (changed.Count > 0)
            await call.CallAsync("sqs", "SetQueueAttributes", new JsonObject
            {
                ["QueueUrl"] = call.PhysicalId,
                ["Attributes"] = new JsonObject(changed.Select(n => KeyValuePair.Create(n, (JsonNode?)(Shapes.Document(call.Properties[n]) ?? Defaults[n])))),
            });
    }

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("sqs", "DeleteQueue", new JsonObject { ["QueueUrl"] = call.PhysicalId });
}
