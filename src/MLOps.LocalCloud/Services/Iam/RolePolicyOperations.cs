using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Iam;

/// <summary>What a role may do: inline policies and attached managed policies.</summary>
internal sealed class RolePolicyOperations(IamStore store) : IOperations
{
    private const int MostAttached = 10;

    public void Map(OperationMap map) => map
        .On("iam", "PutRolePolicy", Put)
        .On("iam", "GetRolePolicy", Get)
        .On("iam", "ListRolePolicies", call => call.Page("PolicyNames",
            (Role(call).Object("Inline") ?? []).Select(p => p.Key).Order(StringComparer.Ordinal).Select(n => (JsonNode)n)))
        .On("iam", "DeleteRolePolicy", Delete)
        .On("iam", "AttachRolePolicy", Attach)
        .On("iam", "DetachRolePolicy", Detach)
        .On("iam", "ListAttachedRolePolicies", ListAttached)
        .On("iam", "ListEntitiesForPolicy", ListEntities);

    private JsonObject Role(OperationCall call) => store.Role(call.Scope, call.Input.Required("RoleName"));

    private JsonObject Put(OperationCall call)
    {
        var document = call.Input.Required("PolicyDocument");
        PolicyDocument.CheckIdentity(document);
        store.ChangeRole(call.Scope, call.Input.Required("RoleName"), role => role.Object("Inline")![call.Input.Required("PolicyName")] = document);
        return [];
    }

    private JsonObject Get(OperationCall call)
    {
        var name = call.Input.Required("PolicyName");
        var document = Role(call).Object("Inline")?.Text(name) ?? throw NoSuchInline(name);
        return new JsonObject { ["RoleName"] = call.Input.Text("RoleName"), ["PolicyName"] = name, ["PolicyDocument"] = Uri.EscapeDataString(document) };
    }

    private JsonObject Delete(OperationCall call)
    {
        var name = call.Input.Required("PolicyName");
        store.ChangeRole(call.Scope, call.Input.Required("RoleName"), role =>
        {
            if (!role.Object("Inline")!.Remove(name))
                throw NoSuchInline(name);
        });
        return [];
    }

    private JsonObject Attach(OperationCall call)
    {
        var arn = call.Input.Required("PolicyArn");
        lock (store.Gate)
        {
            if (!IamStore.IsAwsManaged(arn) && store.Policies.Find(IamStore.Global(call.Scope), arn) is null)
                throw new AwsException("NoSuchEntity", $"Policy {arn} does not exist or is not attachable.", 404);
            store.ChangeRole(call.Scope, call.Input.Required("RoleName"), role =>
            {
                if (role.Texts("Attached").Contains(arn))
                    return;
                if (role.Items("Attached").Count() >= MostAttached)
                    throw new AwsException("LimitExceeded", $"Cannot exceed quota for PoliciesPerRole: {MostAttached}", 409);
                ((JsonArray)role["Attached"]!).Add(arn);
            });
        }
        return [];
    }

    private JsonObject Detach(OperationCall call)
    {
        var arn = call.Input.Required("PolicyArn");
        store.ChangeRole(call.Scope, call.Input.Required("RoleName"), role =>
        {
            var left = role.Texts("Attached").Where(a => a != arn).ToList();
            if (left.Count == role.Items("Attached").Count())
                throw new AwsException("NoSuchEntity", $"Policy {arn} was not found.", 404);
            role["Attached"] = new JsonArray([.. left.Select(a => (JsonNode)a)]);
        });
        return [];
    }

    private JsonObject ListAttached(OperationCall call)
    {
        var prefix = call.Input.Text("PathPrefix") ?? "/";
        return call.Page("AttachedPolicies", Role(call).Texts("Attached")
            .Where(arn => arn[arn.IndexOf('/')..].StartsWith(prefix, StringComparison.Ordinal))
            .Select(arn => new JsonObject { ["PolicyName"] = arn[(arn.LastIndexOf('/') + 1)..], ["PolicyArn"] = arn }));
    }

    private JsonObject ListEntities(OperationCall call)
    {
        var arn = call.Input.Required("PolicyArn");
        if (!IamStore.IsAwsManaged(arn))
            store.Policy(call.Scope, arn);
        // There are no users and groups here, and a boundary is no attachment.
        var roles = call.Input.Text("EntityFilter") is null or "Role" && call.Input.Text("PolicyUsageFilter") is not "PermissionsBoundary"
            ? store.RolesWith(call.Scope, arn) : [];
        var answer = call.Page("PolicyRoles", roles.Select(r => r.Pick("RoleName", "RoleId")));
        answer["PolicyGroups"] = new JsonArray();
        answer["PolicyUsers"] = new JsonArray();
        return answer;
    }

    private static AwsException NoSuchInline(string name) => new("NoSuchEntity", $"The role policy with name {name} cannot be found.", 404);
}
