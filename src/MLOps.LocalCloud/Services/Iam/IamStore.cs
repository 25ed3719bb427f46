using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.Iam;

/// <summary>Roles and customer managed policies. IAM knows no regions: all is kept by account alone.</summary>
internal sealed class IamStore(DocumentStore documents)
{
    private const string IdCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>By name: the role's members, <c>Inline</c> (policy name → document) and <c>Attached</c> (policy ARNs).</summary>
    public DocumentTable Roles { get; } = documents.Table("iam/role");

    /// <summary>By ARN: the policy's members, <c>Versions</c> and <c>NextVersion</c>.</summary>
    public DocumentTable Policies { get; } = documents.Table("iam/policy");

    /// <summary>Makes changes that look at more than one document one after another.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The scope of an account's IAM objects.</summary>
    public static Scope Global(Scope scope) => new(scope.Account, "");

    public JsonObject Role(Scope scope, string name) =>
        Roles.Find(Global(scope), name) ?? throw NoSuchRole(name);

    public JsonObject ChangeRole(Scope scope, string name, Action<JsonObject> change) =>
        Roles.Update(Global(scope), name, change) ?? throw NoSuchRole(name);

    public JsonObject Policy(Scope scope, string arn) =>
        Policies.Find(Global(scope), arn) ?? throw NoSuchPolicy(arn);

    public JsonObject ChangePolicy(Scope scope, string arn, Action<JsonObject> change) =>
        Policies.Update(Global(scope), arn, change) ?? throw NoSuchPolicy(arn);

    /// <summary>The roles that a managed policy is attached to.</summary>
    public IEnumerable<JsonObject> RolesWith(Scope scope, string policyArn) =>
        Roles.List(Global(scope)).Select(d => d.Value).Where(r => r.Texts("Attached").Contains(policyArn));

    /// <summary>A unique id with the prefix that tells what it names: <c>AROA</c> a role, <c>ANPA</c> a policy.</summary>
    public static string NewId(string prefix) => prefix + RandomNumberGenerator.GetString(IdCharacters, 17);

    /// <summary>Policies that AWS itself provides: any of them may be attached, none of them is held here.</summary>
    public static bool IsAwsManaged(string arn) => arn.StartsWith("arn:aws:iam::aws:policy/", StringComparison.Ordinal);

    private static AwsException NoSuchRole(string name) => new("NoSuchEntity", $"The role with name {name} cannot be found.", 404);

    private static AwsException NoSuchPolicy(string arn) => IsAwsManaged(arn)
        ? new AwsException("NoSuchEntity", $"Policy {arn} is managed by AWS; the local cloud lets roles carry it but does not hold its document.", 404)
        : new AwsException("NoSuchEntity", $"Policy {arn} was not found.", 404);
}
