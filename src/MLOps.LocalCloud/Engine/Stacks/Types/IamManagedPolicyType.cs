using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

internal sealed class IamManagedPolicyType : ResourceType
{
    private const int MostVersions = 5;

    public override string Name => "AWS::IAM::ManagedPolicy";

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string> { "ManagedPolicyName", "PolicyDocument", "Description", "Path", "Roles" };

    public override IReadOnlyList<string> Attributes =>
        ["PolicyArn", "PolicyId", "DefaultVersionId", "AttachmentCount", "CreateDate", "UpdateDate", "IsAttachable", "PermissionsBoundaryUsageCount"];

    public override string NameProperty => "ManagedPolicyName";

    public override PhysicalNameRule NameRule => new(128);

    public override bool IsIdentity => true;

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        if ((await call.TryAsync("iam", "GetPolicy", Policy(call)))?.Object("Policy") is not { } policy)
            return null;
        var attributes = policy.Pick("PolicyId", "DefaultVersionId", "AttachmentCount", "CreateDate", "UpdateDate", "IsAttachable", "PermissionsBoundaryUsageCount");
        attributes["PolicyArn"] = policy.Text("Arn");
        return new ResourceState(policy.Required("Arn"), attributes);
    }

    public override Task CreateAsync(ResourceCall call)
    {
        var input = call.Properties.Pick("Description", "Path");
        input["PolicyName"] = call.Name;
        input["PolicyDocument"] = Shapes.Document(call.Properties["PolicyDocument"]);
        return call.CallAsync("iam", "CreatePolicy", input);
    }

    public override async Task ConfigureAsync(ResourceCall call, JsonObject previous)
    {
        foreach (var role in previous.Texts("Roles").Except(call.Properties.Texts("Roles")))
            await call.TryAsync("iam", "DetachRolePolicy", Policy(call, "RoleName", role));
        foreach (var role in call.Properties.Texts("Roles"))
            await call.CallAsync("iam", "AttachRolePolicy", Policy(call, "RoleName", role));
    }

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        if (call.Properties.Differs(previous, "PolicyDocument"))
        {
            var versions = (await call.CallAsync("iam", "ListPolicyVersions", Policy(call))).Objects("Versions").ToList();
            if (versions.Count >= MostVersions)
                await call.CallAsync("iam", "DeletePolicyVersion", Policy(call, "VersionId", versions.Last(v => v.Flag("IsDefaultVersion") is not true).Required("VersionId")));
            var input = Policy(call, "PolicyDocument", Shapes.Document(call.Properties["PolicyDocument"])!);
            input["SetAsDefault"] = true;
            await call.CallAsync("iam", "CreatePolicyVersion", input);
        }
        await ConfigureAsync(call, previous);
    }

    public override async Task DeleteAsync(ResourceCall call)
    {
        foreach (var role in call.Properties.Texts("Roles"))
            await call.TryAsync("iam", "DetachRolePolicy", Policy(call, "RoleName", role));
        if (await call.TryAsync("iam", "ListPolicyVersions", Policy(call)) is not { } versions)
            return;
        foreach (var old in versions.Objects("Versions").Where(v => v.Flag("IsDefaultVersion") is not true))
            await call.TryAsync("iam", "DeletePolicyVersion", Policy(call, "VersionId", old.Required("VersionId")));
        await call.TryAsync("iam", "DeletePolicy", Policy(call));
    }

    private static string Arn(ResourceCall call) =>
        call.PhysicalId ?? call.Scope.GlobalArn("iam", $"policy{call.Properties.Text("Path") ?? "/"}{call.Name}");

    private static JsonObject Policy(ResourceCall call) => new() { ["PolicyArn"] = Arn(call) };

    private static JsonObject Policy(ResourceCall call, string member, JsonNode value) => new() { ["PolicyArn"] = Arn(call), [member] = value };
}
