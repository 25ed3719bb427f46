using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class EventsRuleType : ResourceType
{
    public override string Name => "AWS::Events::Rule";

    public override IReadOnlySet<string> Supported { get; } =
        new HashSet<string> { "Description", "EventBusName", "EventPattern", "Name", "RoleArn", "ScheduleExpression", "State", "Tags", "Targets" };

    public override IReadOnlyList<string> Attributes => ["Arn"];

    private static readonly TagCalls Tagging = new("events", "ResourceARN");

    public override string NameProperty => "Name";

    public override async Task<ResourceState?> FindAsync(ResourceCall call) =>
        await call.TryAsync("events", "DescribeRule", Rule(call, "Name")) is { } rule
            ? new ResourceState(rule.Required("Name"), rule.Pick("Arn")) : null;

    public override Task CreateAsync(ResourceCall call)
    {
        var input = call.Properties.Pick("Description", "EventBusName", "RoleArn", "ScheduleExpression", "State", "Tags");
        input["Name"] = call.PhysicalId ?? call.Name;
        input["EventPattern"] = Shapes.Document(call.Properties["EventPattern"]);
        return call.CallAsync("events", "PutRule", input);
    }

    public override async Task ConfigureAsync(ResourceCall call, JsonObject previous)
    {
        var ids = call.Properties.Objects("Targets").Select(t => t.Required("Id"));
        await RemoveAsync(call, previous.Objects("Targets").Select(t => t.Required("Id")).Except(ids));
        if (call.Properties["Targets"] is not JsonArray { Count: > 0 } targets)
            return;
        var input = Rule(call, "Rule");
        input["Targets"] = targets.DeepClone();
        var failed = (await call.CallAsync("events", "PutTargets", input)).Objects("FailedEntries").FirstOrDefault();
        if (failed is not null)
            throw new ResourceFailedException($"Target {failed.Text("TargetId")}: {failed.Text("ErrorMessage")} ({failed.Text("ErrorCode")})");
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        await Tagging.UpdateAsync(call, call.Scope.Arn("events", $"rule/{call.PhysicalId}"), previous);
        await CreateAsync(call);
        await ConfigureAsync(call, previous);
    }

    public override async Task DeleteAsync(ResourceCall call)
    {
        await RemoveAsync(call, call.Properties.Objects("Targets").Select(t => t.Required("Id")));
        await call.TryAsync("events", "DeleteRule", Rule(call, "Name"));
    }

    private static async Task RemoveAsync(ResourceCall call, IEnumerable<string> targets)
    {
        var ids = targets.Select(id => (JsonNode)id).ToArray();
        if (ids.Length == 0)
            return;
        var input = Rule(call, "Rule");
        input["Ids"] = new JsonArray(ids);
        await call.TryAsync("events", "RemoveTargets", input);
    }

    private static JsonObject Rule(ResourceCall call, string member)
    {
        var input = call.Properties.Pick("EventBusName");
        input[member] = call.PhysicalId ?? call.Name;
        return input;
    }
}
