using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Iam;

/// <summary>Roles, their trust policies and their tags.</summary>
internal sealed class RoleOperations(IamStore store, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("iam", "CreateRole", Create)
        .On("iam", "GetRole", call => new JsonObject { ["Role"] = Describe(store.Role(call.Scope, call.Input.Required("RoleName"))) })
        .On("iam", "ListRoles", List)
        .On("iam", "UpdateRole", Update)
        .On("iam", "UpdateAssumeRolePolicy", UpdateTrust)
        .On("iam", "DeleteRole", Delete)
        .On("iam", "TagRole", Tag)
        .On("iam", "UntagRole", Untag)
        .On("iam", "ListRoleTags", call => call.Page("Tags", store.Role(call.Scope, call.Input.Required("RoleName")).Objects("Tags").Select(t => t.DeepClone())));

    private JsonObject Create(OperationCall call)
    {
        var name = call.Input.Required("RoleName");
        var trust = call.Input.Required("AssumeRolePolicyDocument");
        PolicyDocument.CheckTrust(trust);
        CheckTags(call.Input.Objects("Tags"));
        var path = call.Input.Text("Path") ?? "/";
        var role = new JsonObject
        {
            ["Path"] = path,
            ["RoleName"] = name,
            ["RoleId"] = IamStore.NewId("AROA"),
            ["Arn"] = call.Scope.GlobalArn("iam", $"role{path}{name}"),
            ["CreateDate"] = time.GetUtcNow().ToEpoch(),
            ["AssumeRolePolicyDocument"] = trust,
            ["Description"] = call.Input.Text("Description"),
            ["MaxSessionDuration"] = call.Input.Whole("MaxSessionDuration") ?? 3600,
            ["Tags"] = call.Input["Tags"].Copy() ?? new JsonArray(),
            ["Inline"] = new JsonObject(),
            ["Attached"] = new JsonArray(),
        };
        if (call.Input.Text("PermissionsBoundary") is { } boundary)
            role["PermissionsBoundary"] = new JsonObject { ["PermissionsBoundaryType"] = "Policy", ["PermissionsBoundaryArn"] = boundary };
        var global = IamStore.Global(call.Scope);
        lock (store.Gate)
        {
            // Names differ by more than their case.
            if (store.Roles.List(global).Any(r => r.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) || !store.Roles.TryAdd(global, name, role))
                throw new AwsException("EntityAlreadyExists", $"Role with name {name} already exists.", 409);
        }
        return new JsonObject { ["Role"] = Describe(role) };
    }

    private JsonObject List(OperationCall call)
    {
        var prefix = call.Input.Text("PathPrefix") ?? "/";
        return call.Page("Roles", store.Roles.List(IamStore.Global(call.Scope)).Select(d => d.Value)
            .Where(r => r.Required("Path").StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(r => r.Required("RoleName"), StringComparer.Ordinal).Select(Listed));
    }

    private JsonObject Update(OperationCall call)
    {
        store.ChangeRole(call.Scope, call.Input.Required("RoleName"), role =>
        {
            if (call.Input["Description"] is { } description)
                role["Description"] = description.DeepClone();
            if (call.Input.Whole("MaxSessionDuration") is { } seconds)
                role["MaxSessionDuration"] = seconds;
        });
        return [];
    }

    private JsonObject UpdateTrust(OperationCall call)
    {
        var document = call.Input.Required("PolicyDocument");
        PolicyDocument.CheckTrust(document);
        store.ChangeRole(call.Scope, call.Input.Required("RoleName"), role => role["AssumeRolePolicyDocument"] = document);
        return [];
    }

    private JsonObject Delete(OperationCall call)
    {
        var name = call.Input.Required("RoleName");
        lock (store.Gate)
        {
            var role = store.Role(call.Scope, name);
            if (role.Items("Attached").Any())
                throw new AwsException("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409);
            if (role.Object("Inline") is { Count: > 0 })
                throw new AwsException("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
            store.Roles.Remove(IamStore.Global(call.Scope), name);
        }
        return [];
    }

    private JsonObject Tag(OperationCall call)
    {
        var added = call.Input.Objects("Tags").ToDictionary(t => t.Required("Key"), t => t);
        CheckTags(added.Values);
        store.ChangeRole(call.Scope, call.Input.Required("RoleName"), role =>
        {
            var kept = role.Objects("Tags").Where(t => !added.ContainsKey(t.Required("Key"))).Concat(added.Values).Select(t => t.DeepClone()).ToArray();
            if (kept.Length > 50)
                throw new AwsException("LimitExceeded", "The number of tags has reached the maximum limit.", 409);
            role["Tags"] = new JsonArray(kept);
        });
        return [];
    }

    private JsonObject Untag(OperationCall call)
    {
        var removed = call.Input.Texts("TagKeys").ToHashSet();
        store.ChangeRole(call.Scope, call.Input.Required("RoleName"), role =>
            role["Tags"] = new JsonArray([.. role.Objects("Tags").Where(t => !removed.Contains(t.Required("Key"))).Select(t => t.DeepClone())]));
        return [];
    }

    private static void CheckTags(IEnumerable<JsonObject> tags)
    {
        if (tags.GroupBy(t => t.Required("Key"), StringComparer.OrdinalIgnoreCase).Any(g => g.Count() > 1))
            throw new AwsException("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }

    private static JsonObject Describe(JsonObject role)
    {
        var described = Listed(role);
        if (role.Items("Tags").Any())
            described["Tags"] = role["Tags"].Copy();
        if (role["PermissionsBoundary"] is { } boundary)
            described["PermissionsBoundary"] = boundary.DeepClone();
        described["RoleLastUsed"] = new JsonObject();
        return described;
    }

    // IAM sends documents URL-encoded.
    private static JsonObject Listed(JsonObject role)
    {
        var listed = role.Pick("Path", "RoleName", "RoleId", "Arn", "CreateDate", "Description", "MaxSessionDuration");
        listed["AssumeRolePolicyDocument"] = Uri.EscapeDataString(role.Required("AssumeRolePolicyDocument"));
        return listed;
    }
}
