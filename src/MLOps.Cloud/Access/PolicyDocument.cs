using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.Cloud.Access;

/// <summary>
/// Writes IAM policies with no more in them than the portal uses. What makes or changes something is bound to resources that services of the
/// workshop name; accounts with other names put their own in.
/// </summary>
public static class PolicyDocument
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The policies by the names of their files.</summary>
    public static IReadOnlyDictionary<string, string> All => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["portal.json"] = Write([Statement("Look", Actions(PermissionUse.Read)), Ask(), .. Changes(), Approve(), PassRole()]),
        ["read-only.json"] = Write([Statement("Look", Actions(PermissionUse.Read))]),
        ["sign-off.json"] = Write([Statement("Look", Actions(PermissionUse.Read)), Ask(), Approve()]),
    };

    private static IEnumerable<string> Actions(params PermissionUse[] uses) =>
        CloudPermissions.All.Where(p => uses.Contains(p.Use) && p.Action.Length > 0).SelectMany(p => Needs(p.Action)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>What AWS asks for besides the operation itself.</summary>
    private static IEnumerable<string> Needs(string action) => action switch
    {
        "s3:GetObject" => [action, "s3:GetObjectVersion"],
        _ => [action],
    };

    private static JsonObject Ask() => Statement("AskEndpoints", Actions(PermissionUse.Invoke), "arn:aws:sagemaker:*:*:endpoint/*");

    private static JsonObject Approve() => Statement("AnswerApprovals", Actions(PermissionUse.Approve), "arn:aws:codepipeline:*:*:*/*/*");

    private static IEnumerable<JsonObject> Changes() => Actions(PermissionUse.Write).GroupBy(a => a.Split(':')[0]).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key switch
    {
        "sagemaker" => Statement("ChangeSageMaker", g, "arn:aws:sagemaker:*:*:*"),
        "codepipeline" => Statement("ChangePipelines", g, "arn:aws:codepipeline:*:*:*"),
        "s3" => Statement("WriteObjects", g, "arn:aws:s3:::mlops-*/*"),
        "cloudwatch" => Statement("ChangeAlarms", g, "arn:aws:cloudwatch:*:*:alarm:*"),
        "application-autoscaling" => Statement("ChangeScaling", g, "arn:aws:application-autoscaling:*:*:scalable-target/*"),
        _ => Statement("Change" + g.Key, g),
    });

    /// <summary>Jobs and models run as a role; only SageMaker may be given one.</summary>
    private static JsonObject PassRole()
    {
        var statement = Statement("GiveRolesToSageMaker", ["iam:PassRole"], "arn:aws:iam::*:role/mlops-*");
        statement["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { ["iam:PassedToService"] = "sagemaker.amazonaws.com" } };
        return statement;
    }

    private static JsonObject Statement(string id, IEnumerable<string> actions, string resource = "*") =>
        new() { ["Sid"] = id, ["Effect"] = "Allow", ["Action"] = new JsonArray([.. actions.Select(a => JsonValue.Create(a))]), ["Resource"] = resource };

    private static string Write(IEnumerable<JsonObject> statements) =>
        new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. statements]) }.ToJsonString(Readable) + "\n";
}
