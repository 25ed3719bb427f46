using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodePipeline;

/// <summary>Where a pipeline stands: for each stage the newest run that entered it, who waits before it, and its actions.</summary>
internal sealed class StateOperations(PipelineEngine engine) : IOperations
{
    public void Map(OperationMap map) => map.On("codepipeline", "GetPipelineState", Get);

    private JsonObject Get(OperationCall call)
    {
        var name = call.Input.Required("name");
        return PipelineEngine.Read(engine.Find(call.Scope, name) ?? throw PipelineErrors.NotFound(name, call.Scope), book => new JsonObject
        {
            ["pipelineName"] = name,
            ["pipelineVersion"] = book.Pipeline.Version,
            ["stageStates"] = new JsonArray([.. book.Definition.Stages.Select((s, i) => (JsonNode)Stage(book, s, i))]),
            ["created"] = book.Pipeline.Created.ToEpoch(),
            ["updated"] = book.Pipeline.Updated.ToEpoch(),
        });
    }

    private static JsonObject Stage(PipelineBook book, StageDefinition stage, int index)
    {
        // Runs of a PARALLEL pipeline are not shown here: each has a state of its own.
        var runs = book.Executions.Where(e => e.Mode != "PARALLEL").ToList();
        var latest = runs.Where(e => e.Stages.ContainsKey(stage.Name)).MaxBy(e => e.Stages[stage.Name].Entered);
        var record = latest?.Stages[stage.Name];
        var state = new JsonObject
        {
            ["stageName"] = stage.Name,
            ["actionStates"] = new JsonArray([.. stage.Actions.Select(a => (JsonNode)ActionState(a, latest, record))]),
        };
        if (latest is not null)
            state["latestExecution"] = Execution(latest, record!.Status);
        var waiting = runs.Where(e => e is { IsActive: true, Waiting: true } && e.Stage == stage.Name).OrderBy(e => e.Sequence).ToList();
        if (waiting.Count > 0)
        {
            state["inboundExecution"] = Execution(waiting[^1], "InProgress");
            state["inboundExecutions"] = new JsonArray([.. waiting.Select(w => (JsonNode)Execution(w, "InProgress"))]);
        }
        if (index > 0)
            state["inboundTransitionState"] = Transition(book, stage.Name, book.Definition.Stages[index - 1].Name);
        if (record is { ManualRetries: > 0 })
            state["retryStageMetadata"] = new JsonObject { ["manualStageRetryAttempt"] = record.ManualRetries, ["latestRetryTrigger"] = "ManualStageRetry" };
        return state;
    }

    private static JsonObject Execution(ExecutionRecord execution, string status) =>
        new() { ["pipelineExecutionId"] = execution.Id, ["status"] = status, ["type"] = execution.Type };

    private static JsonObject Transition(PipelineBook book, string stage, string before)
    {
        string[] keys = [$"Inbound/{stage}", $"Outbound/{before}"];
        var disabled = keys.Select(k => book.Pipeline.Disabled.GetValueOrDefault(k)).FirstOrDefault(t => t is not null);
        var state = new JsonObject { ["enabled"] = disabled is null };
        if ((disabled ?? keys.Select(k => book.Pipeline.Enabled.GetValueOrDefault(k)).FirstOrDefault(t => t is not null)) is { } last)
        {
            state["lastChangedBy"] = last.By;
            state["lastChangedAt"] = last.At.ToEpoch();
        }
        if (disabled is not null)
            state["disabledReason"] = disabled.Reason;
        return state;
    }

    private static JsonObject ActionState(ActionDefinition action, ExecutionRecord? execution, StageRecord? stage)
    {
        var state = new JsonObject { ["actionName"] = action.Name };
        if (stage?.Actions.LastOrDefault(a => a.Action == action.Name) is not { } record)
            return state;
        var latest = new JsonObject
        {
            ["actionExecutionId"] = record.Id,
            ["status"] = record.Status,
            ["summary"] = record.Summary,
            ["lastStatusChange"] = record.Updated.ToEpoch(),
            ["lastUpdatedBy"] = record.UpdatedBy,
            ["externalExecutionId"] = record.ExternalId,
            ["externalExecutionUrl"] = record.ExternalUrl,
            ["percentComplete"] = record.Percent,
            ["logStreamARN"] = record.LogStreamArn,
        };
        if (record is { Status: "InProgress", Token: { } token })
            latest["token"] = token;
        if (record.ErrorCode is not null)
            latest["errorDetails"] = new JsonObject { ["code"] = record.ErrorCode, ["message"] = record.ErrorMessage };
        state["latestExecution"] = latest;
        if (execution!.Revisions.FirstOrDefault(r => r.Action == action.Name) is { } revision)
        {
            state["currentRevision"] = new JsonObject { ["revisionId"] = revision.Id, ["revisionChangeId"] = revision.Id, ["created"] = revision.Created.ToEpoch() };
            state["revisionUrl"] = revision.Url;
        }
        return state;
    }
}
