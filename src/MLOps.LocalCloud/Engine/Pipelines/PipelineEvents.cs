using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Engine.Pipelines.Records;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>CodePipeline's events in EventBridge's form.</summary>
internal static class PipelineEvents
{
    public static CloudEvent Pipeline(PipelineBook book, ExecutionRecord execution, string state) =>
        Make(book, "CodePipeline Pipeline Execution State Change", Detail(book, execution, state));

    public static CloudEvent Stage(PipelineBook book, ExecutionRecord execution, string state)
    {
        var detail = Detail(book, execution, state);
        detail["stage"] = execution.Stage;
        return Make(book, "CodePipeline Stage Execution State Change", detail);
    }

    public static CloudEvent Action(PipelineBook book, ExecutionRecord execution, ActionDefinition action, ActionRecord record, string state)
    {
        var detail = Detail(book, execution, state);
        detail["stage"] = execution.Stage;
        detail["action"] = action.Name;
        detail["action-execution-id"] = record.Id;
        detail["region"] = book.Scope.Region;
        detail["type"] = new JsonObject { ["owner"] = action.Owner, ["provider"] = action.Provider, ["category"] = action.Category, ["version"] = "1" };
        if (record.ExternalId is not null || record.Summary is not null)
            detail["execution-result"] = new JsonObject
            {
                ["external-execution-id"] = record.ExternalId,
                ["external-execution-summary"] = record.ErrorMessage ?? record.Summary,
                ["external-execution-url"] = record.ExternalUrl,
                ["error-code"] = record.ErrorCode,
            };
        return Make(book, "CodePipeline Action Execution State Change", detail);
    }

    private static JsonObject Detail(PipelineBook book, ExecutionRecord execution, string state) => new()
    {
        ["pipeline"] = book.Pipeline.Name,
        ["execution-id"] = execution.Id,
        ["state"] = state,
        ["version"] = execution.Version,
        ["start-time"] = execution.Started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        ["execution-trigger"] = new JsonObject { ["trigger-type"] = execution.TriggerType, ["trigger-detail"] = execution.TriggerDetail },
    };

    private static CloudEvent Make(PipelineBook book, string type, JsonObject detail) =>
        new(book.Scope, "aws.codepipeline", type, detail, [book.Arn]);
}
