using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class IamRoleType : ResourceType
{
    public override string Name => "AWS::IAM::Role";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string>
    {
        "RoleName", "AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration", "Path", "PermissionsBoundary", "Policies", "Tags",
    };

    public override IReadOnlyList<string> Attributes => ["Arn", "RoleId"];

    public override string NameProperty => "RoleName";

    public override bool IsIdentity => true;

    public override async Task<ResourceState?> FindAsync(ResourceCall call) =>
        (await call.TryAsync("iam", "GetRole", Role(call)))?.Object("Role") is { } role
            ? new ResourceState(role.Required("RoleName"), role.Pick("Arn", "RoleId")) : null;

    public override Task CreateAsync(ResourceCall call)
    {
        var input = call.Properties.Pick("Description", "MaxSessionDuration", "Path", "PermissionsBoundary", "Tags");
        input["RoleName"] = call.Name;
        input["AssumeRolePolicyDocument"] = Shapes.Document(call.Properties["AssumeRolePolicyDocument"]);
        return call.CallAsync("iam", "CreateRole", input);
    }

    public override async Task ConfigureAsync(ResourceCall call, JsonObject previous)
    {
        var next = call.Properties;
        var policies = next.Objects("Policies").ToDictionary(p => p.Required("PolicyName"), p => Shapes.Document(p["PolicyDocument"]));
        foreach (var gone in previous.Objects("Policies").Select(p => p.Required("PolicyName")).Where(p => !policies.ContainsKey(p)))
            await call.TryAsync("iam", "DeleteRolePolicy", Role(call, "PolicyName", gone));
        foreach (var (name, document) in policies)
        {
            var input = Role(call, "PolicyName", name);
            input["PolicyDocument"] = document;
            await call.CallAsync("iam", "PutRolePolicy", input);
        }
        foreach (var gone in previous.Texts("ManagedPolicyArns").Except(next.Texts("ManagedPolicyArns")))
            await call.TryAsync("iam", "DetachRolePolicy", Role(call, "PolicyArn", gone));
        foreach (var arn in next.Texts("ManagedPolicyArns"))
            await call.CallAsync("iam", "AttachRolePolicy", Role(call, "PolicyArn", arn));
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        var next = call.Properties;
        Shapes.Refuse(this, next, previous, "PermissionsBoundary");
        await call.CallAsync("iam", "UpdateAssumeRolePolicy", Role(call, "PolicyDocument", Shapes.Document(next["AssumeRolePolicyDocument"])!));
        var input = Role(call, "Description", next.Text("Description") ?? "");
        input["MaxSessionDuration"] = next.Whole("MaxSessionDuration") ?? 3600;
        await call.CallAsync("iam", "UpdateRole", input);
        var (tags, gone) = Shapes.TagChanges(previous, next);
        if (gone.Count > 0)
            await call.CallAsync("iam", "UntagRole", Role(call, "TagKeys", gone));
        if (tags.Count > 0)
            await call.CallAsync("iam", "TagRole", Role(call, "Tags", tags));
        await ConfigureAsync(call, previous);
    }

    public override async Task DeleteAsync(ResourceCall call)
    {
        foreach (var policy in call.Properties.Objects("Policies"))
            await call.TryAsync("iam", "DeleteRolePolicy", Role(call, "PolicyName", policy.Required("PolicyName")));
        foreach (var arn in call.Properties.Texts("ManagedPolicyArns"))
            await call.TryAsync("iam", "DetachRolePolicy", Role(call, "PolicyArn", arn));
        await call.TryAsync("iam", "DeleteRole", Role(call));
    }

    private static JsonObject Role(ResourceCall call) => new() { ["RoleName"] = call.PhysicalId ?? call.Name };

    private static JsonObject Role(ResourceCall call, string member, JsonNode value) => new() { ["RoleName"] = call.PhysicalId ?? call.Name, [member] = value };
}
