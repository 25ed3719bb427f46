using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class LogGroupType : ResourceType
{
    public override string Name => "AWS::Logs::LogGroup";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string> { "KmsKeyId", "LogGroupClass", "LogGroupName", "RetentionInDays", "Tags" };

    public override IReadOnlyList<string> Attributes => ["Arn"];

    private static readonly TagCalls Tagging = new("logs", "resourceArn", "tags", "tagKeys", IsMap: true);

    public override string NameProperty => "LogGroupName";

    public override PhysicalNameRule NameRule => new(512);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var name = call.PhysicalId ?? call.Name;
        var found = await call.CallAsync("logs", "DescribeLogGroups", new JsonObject { ["logGroupNamePrefix"] = name });
        return found.Objects("logGroups").Any(g => g.Text("logGroupName") == name)
            ? new ResourceState(name, new JsonObject { ["Arn"] = call.Scope.Arn("logs", $"log-group:{name}:*") }) : null;
    }

    public override Task CreateAsync(ResourceCall call) => call.CallAsync("logs", "CreateLogGroup", new JsonObject
    {
        ["logGroupName"] = call.Name,
        ["kmsKeyId"] = call.Properties.Text("KmsKeyId"),
        ["logGroupClass"] = call.Properties.Text("LogGroupClass"),
        ["tags"] = Shapes.TagMap(call.Properties),
    });

    public override async Task ConfigureAsync(ResourceCall call, JsonObject previous)
    {
        if (call.Properties.Whole("RetentionInDays") is { } days)
            await call.CallAsync("logs", "PutRetentionPolicy", new JsonObject { ["logGroupName"] = call.PhysicalId ?? call.Name, ["retentionInDays"] = days });
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        Shapes.Refuse(this, call.Properties, previous, "KmsKeyId", "LogGroupClass");
        if (!call.Properties.ContainsKey("RetentionInDays"))
            Shapes.Refuse(this, call.Properties, previous, "RetentionInDays");
        await Tagging.UpdateAsync(call, call.Scope.Arn("logs", $"log-group:{call.PhysicalId}"), previous);
        await ConfigureAsync(call, previous);
    }

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("logs", "DeleteLogGroup", new JsonObject { ["logGroupName"] = call.PhysicalId });
}
