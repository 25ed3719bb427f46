using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Stacks.Resources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Stacks.Types;

/// <summary>One inline policy in several roles.</summary>
internal sealed class IamPolicyType : ResourceType
{
    public override string Name => "AWS::IAM::Policy";

    public override bool CreatesPiecemeal => true;

    public override IReadOnlySet<string> Supported { get; } = new HashSet<string> { "PolicyName", "PolicyDocument", "Roles" };

    public override PhysicalNameRule NameRule => new(128);

    public override bool IsIdentity => true;

    public override JsonObject Check(JsonObject properties)
    {
        var checkedProperties = base.Check(properties);
        return checkedProperties.Items("Roles").Any() ? checkedProperties
            : throw new PropertyException("At least one of [Groups, Roles, Users] must be non-empty.");
    }

    public override async Task<ResourceState?> FindAsync(ResourceCall call)
    {
        var (role, name) = (call.Properties.Texts("Roles").First(), call.Properties.Required("PolicyName"));
        return await call.TryAsync("iam", "GetRolePolicy", Input(role, name)) is null ? null : new ResourceState(call.PhysicalId ?? call.Name, []);
    }

    public override Task CreateAsync(ResourceCall call) => Put(call);

    public override async Task UpdateAsync(ResourceCall call, JsonObject previous)
    {
        await Put(call);
        var (next, before) = (call.Properties.Text("PolicyName"), previous.Required("PolicyName"));
        await Remove(call, before, previous.Texts("Roles").Where(r => next != before || !call.Properties.Texts("Roles").Contains(r)));
    }

    public override Task DeleteAsync(ResourceCall call) => Remove(call, call.Properties.Required("PolicyName"), call.Properties.Texts("Roles"));

    private static async Task Put(ResourceCall call)
    {
        foreach (var role in call.Properties.Texts("Roles"))
        {
            var input = Input(role, call.Properties.Required("PolicyName"));
            input["PolicyDocument"] = Shapes.Document(call.Properties["PolicyDocument"]);
            await call.CallAsync("iam", "PutRolePolicy", input);
        }
    }

    private static async Task Remove(ResourceCall call, string policy, IEnumerable<string> roles)
    {
        foreach (var role in roles)
            await call.TryAsync("iam", "DeleteRolePolicy", Input(role, policy));
    }

    private static JsonObject Input(string role, string policy) => new() { ["RoleName"] = role, ["PolicyName"] = policy };
}
