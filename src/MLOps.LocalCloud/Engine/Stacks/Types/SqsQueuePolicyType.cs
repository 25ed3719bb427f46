using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class SqsQueuePolicyType : ResourceType
{
    public override string Name => "AWS::SQS::QueuePolicy";

    public override bool CreatesPiecemeal => true;

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string> { "PolicyDocument", "Queues" };

    public override IReadOnlyList<string> Attributes => ["Id"];

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var answer = await call.TryAsync("sqs", "GetQueueAttributes", new JsonObject
        {
            ["QueueUrl"] = call.Properties.Texts("Queues").First(), ["AttributeNames"] = new JsonArray("Policy"),
        });
        var id = call.PhysicalId ?? call.Name;
        return answer?.Object("Attributes")?.Text("Policy") is { Length: > 0 } ? new ResourceState(id, new JsonObject { ["Id"] = id }) : null;
    }

    public override Task CreateAsync(ResourceCall call) => Set(call, call.Properties.Texts("Queues"), Shapes.Document(call.Properties["PolicyDocument"])!);

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        await CreateAsync(call);
        await Set(call, previous.Texts("Queues").Except(call.Properties.Texts("Queues")), "");
    }

    public override Task DeleteAsync(ResourceCall call) => Set(call, call.Properties.Texts("Queues"), "");

    private static async Task Set(ResourceCall call, IEnumerable<string> queues, string policy)
    {
        foreach (var url in queues)
        {
            var input = new JsonObject { ["QueueUrl"] = url, ["Attributes"] = new JsonObject { ["Policy"] = policy } };
            if (policy.Length > 0)
                await call.CallAsync("sqs", "SetQueueAttributes", input);
            else
                await call.TryAsync("sqs", "SetQueueAttributes", input);
        }
    }
}
