using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class LambdaPermissionType : ResourceType
{
    public override string Name => "AWS::Lambda::Permission";

    public override IReadOnlySet<string> Supported { get; } =
        new HashSet<string> { "Action", "EventSourceToken", "FunctionName", "Principal", "PrincipalOrgID", "SourceAccount", "SourceArn" };

    public override PhysicalNameRule NameRule => new(100);

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var policy = await call.TryAsync("lambda", "GetPolicy", new JsonObject { ["FunctionName"] = call.Properties.Text("FunctionName") });
        var id = call.PhysicalId ?? call.Name;
        return policy?.Text("Policy") is { } text && JsonNode.Parse(text) is JsonObject document && document.Objects("Statement").Any(s => s.Text("Sid") == id)
            ? new ResourceState(id, []) : null;
    }

    public override Task CreateAsync(ResourceCall call)
    {
        var input = (JsonObject)call.Properties.DeepClone();
        input["StatementId"] = call.Name;
        return call.CallAsync("lambda", "AddPermission", input);
    }

    public override Task DeleteAsync(ResourceCall call) => call.TryAsync("lambda", "RemovePermission", new JsonObject
    {
        ["FunctionName"] = call.Properties.Text("FunctionName"), ["StatementId"] = call.PhysicalId,
    });
}
