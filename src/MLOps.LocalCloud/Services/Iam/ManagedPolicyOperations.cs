using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Iam;

/// <summary>Customer managed policies and their versions (at most five, one of them in force).</summary>
internal sealed class ManagedPolicyOperations(IamStore store, TimeProvider time) : IOperations
{
    private const int MostVersions = 5;

    public void Map(OperationMap map) => map
        .On("iam", "CreatePolicy", Create)
        .On("iam", "GetPolicy", call => new JsonObject { ["Policy"] = Describe(call.Scope, Policy(call), withText: true) })
        .On("iam", "ListPolicies", List)
        .On("iam", "DeletePolicy", Delete)
        .On("iam", "CreatePolicyVersion", CreateVersion)
        .On("iam", "GetPolicyVersion", GetVersion)
        .On("iam", "ListPolicyVersions", call => call.Page("Versions", Policy(call).Objects("Versions").Reverse().Select(v => Describe(Policy(call), v, withDocument: false))))
        .On("iam", "DeletePolicyVersion", DeleteVersion)
        .On("iam", "SetDefaultPolicyVersion", SetDefault);

    private JsonObject Policy(OperationCall call) => store.Policy(call.Scope, call.Input.Required("PolicyArn"));

    private JsonObject Create(OperationCall call)
    {
        var document = call.Input.Required("PolicyDocument");
        PolicyDocument.CheckIdentity(document);
        var (name, path, now) = (call.Input.Required("PolicyName"), call.Input.Text("Path") ?? "/", time.GetUtcNow().ToEpoch());
        var arn = call.Scope.GlobalArn("iam", $"policy{path}{name}");
        var policy = new JsonObject
        {
            ["PolicyName"] = name,
            ["PolicyId"] = IamStore.NewId("ANPA"),
            ["Arn"] = arn,
            ["Path"] = path,
            ["DefaultVersionId"] = "v1",
            ["Description"] = call.Input.Text("Description"),
            ["CreateDate"] = now,
            ["UpdateDate"] = now,
            ["Tags"] = call.Input["Tags"].Copy() ?? new JsonArray(),
            ["NextVersion"] = 2,
            ["Versions"] = new JsonArray(new JsonObject { ["VersionId"] = "v1", ["CreateDate"] = now, ["Document"] = document }),
        };
        var global = IamStore.Global(call.Scope);
        lock (store.Gate)
        {
            if (store.Policies.List(global).Any(p => p.Value.Required("PolicyName").Equals(name, StringComparison.OrdinalIgnoreCase))
                || !store.Policies.TryAdd(global, arn, policy))
                throw new AwsException("EntityAlreadyExists", $"A policy called {name} already exists. Duplicate names are not allowed.", 409);
        }
        return new JsonObject { ["Policy"] = Describe(call.Scope, policy, withText: true) };
    }

    private JsonObject List(OperationCall call)
    {
        var prefix = call.Input.Text("PathPrefix") ?? "/";
        // What AWS itself provides is not held here, so that the scope AWS is empty.
        var policies = call.Input.Text("Scope") is "AWS" ? [] : store.Policies.List(IamStore.Global(call.Scope)).Select(d => d.Value);
        return call.Page("Policies", policies
            .Where(p => p.Required("Path").StartsWith(prefix, StringComparison.Ordinal))
            .Select(p => Describe(call.Scope, p, withText: false))
            .Where(p => call.Input.Flag("OnlyAttached") is not true || p.Whole("AttachmentCount") > 0));
    }

    private JsonObject Delete(OperationCall call)
    {
        lock (store.Gate)
        {
            var policy = Policy(call);
            var arn = policy.Required("Arn");
            if (store.RolesWith(call.Scope, arn).Any())
                throw new AwsException("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
            if (policy.Items("Versions").Count() > 1)
                throw new AwsException("DeleteConflict", "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.", 409);
            store.Policies.Remove(IamStore.Global(call.Scope), arn);
        }
        return [];
    }

    private JsonObject CreateVersion(OperationCall call)
    {
        var document = call.Input.Required("PolicyDocument");
        PolicyDocument.CheckIdentity(document);
        JsonObject? created = null;
        var changed = store.ChangePolicy(call.Scope, call.Input.Required("PolicyArn"), policy =>
        {
            var versions = (JsonArray)policy["Versions"]!;
            if (versions.Count >= MostVersions)
                throw new AwsException("LimitExceeded", $"A managed policy can have up to {MostVersions} versions. Before you create a new version, you must delete an existing version.", 409);
            var number = policy.Whole("NextVersion")!.Value;
            created = new JsonObject { ["VersionId"] = $"v{number}", ["CreateDate"] = time.GetUtcNow().ToEpoch(), ["Document"] = document };
            versions.Add(created);
            policy["NextVersion"] = number + 1;
            policy["UpdateDate"] = time.GetUtcNow().ToEpoch();
            if (call.Input.Flag("SetAsDefault") is true)
                policy["DefaultVersionId"] = $"v{number}";
        });
        return new JsonObject { ["PolicyVersion"] = Describe(changed, created!, withDocument: false) };
    }

    private JsonObject GetVersion(OperationCall call) =>
        new() { ["PolicyVersion"] = Describe(Policy(call), Version(Policy(call), call.Input.Required("VersionId")), withDocument: true) };

    private JsonObject DeleteVersion(OperationCall call)
    {
        var id = call.Input.Required("VersionId");
        store.ChangePolicy(call.Scope, call.Input.Required("PolicyArn"), policy =>
        {
            var version = Version(policy, id);
            if (policy.Text("DefaultVersionId") == id)
                throw new AwsException("DeleteConflict", "Cannot delete the default version of a policy.", 409);
            ((JsonArray)policy["Versions"]!).Remove(version);
        });
        return [];
    }

    private JsonObject SetDefault(OperationCall call)
    {
        store.ChangePolicy(call.Scope, call.Input.Required("PolicyArn"), policy =>
        {
            policy["DefaultVersionId"] = Version(policy, call.Input.Required("VersionId")).Text("VersionId");
            policy["UpdateDate"] = time.GetUtcNow().ToEpoch();
        });
        return [];
    }

    private static JsonObject Version(JsonObject policy, string id) =>
        policy.Objects("Versions").FirstOrDefault(v => v.Text("VersionId") == id)
        ?? throw new AwsException("NoSuchEntity", $"Policy {policy.Text("Arn")} version {id} does not exist or is not attachable.", 404);

    private JsonObject Describe(Scope scope, JsonObject policy, bool withText)
    {
        var described = policy.Pick("PolicyName", "PolicyId", "Arn", "Path", "DefaultVersionId", "CreateDate", "UpdateDate");
        described["AttachmentCount"] = store.RolesWith(scope, policy.Required("Arn")).Count();
        described["PermissionsBoundaryUsageCount"] = 0;
        described["IsAttachable"] = true;
        if (withText)
        {
            described["Description"] = policy.Text("Description");
            described["Tags"] = policy["Tags"].Copy();
        }
        return described;
    }

    private static JsonObject Describe(JsonObject policy, JsonObject version, bool withDocument)
    {
        var described = version.Pick("VersionId", "CreateDate");
        described["IsDefaultVersion"] = policy.Text("DefaultVersionId") == version.Text("VersionId");
        if (withDocument)
            described["Document"] = Uri.EscapeDataString(version.Required("Document"));
        return described;
    }
}
