using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>The JSON that CodePipeline sends to an approval's SNS topic.</summary>
internal static class ApprovalNotice
{
    public static string Subject(ActionContext context)
    {
        var subject = $"APPROVAL NEEDED: AWS CodePipeline {context.Pipeline.Name} for action {context.Action.Name}";
        return subject.Length > 100 ? subject[..100] : subject; // SNS takes no longer one
    }

    /// <summary>As AWS writes it, without links to its console. Whoever reads it may answer: the token is a secret.</summary>
    public static string Write(ActionContext context) => new JsonObject
    {
        ["region"] = context.Scope.Region,
        ["approval"] = new JsonObject
        {
            ["pipelineName"] = context.Pipeline.Name,
            ["stageName"] = context.Stage,
            ["actionName"] = context.Action.Name,
            ["token"] = context.Token,
            ["expires"] = context.Expires.ToString("yyyy-MM-ddTHH:mmZ"),
            ["customData"] = context.Configuration.GetValueOrDefault("CustomData"),
            ["externalEntityLink"] = context.Configuration.GetValueOrDefault("ExternalEntityLink"),
        },
    }.ToJsonString();
}
