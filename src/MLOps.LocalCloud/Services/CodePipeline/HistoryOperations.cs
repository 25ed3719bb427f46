using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodePipeline;

/// <summary>What has run: executions and their actions, newest first.</summary>
internal sealed class HistoryOperations(PipelineEngine engine) : IOperations
{
    private const string Service = "codepipeline";

    public void Map(OperationMap map) => map
        .On(Service, "GetPipelineExecution", Get)
        .On(Service, "ListPipelineExecutions", List)
        .On(Service, "ListActionExecutions", ListActions);

    private JsonObject Get(OperationCall call) => Read(call, book =>
    {
        var id = call.Input.Required("pipelineExecutionId");
        var execution = book.Find(id) ?? throw PipelineErrors.ExecutionNotFound(id, book.Pipeline.Name);
        var answer = Common(execution);
        answer["pipelineName"] = book.Pipeline.Name;
        answer["pipelineVersion"] = execution.Version;
        answer["artifactRevisions"] = new JsonArray([.. execution.Revisions.Select(r => (JsonNode)new JsonObject
        {
            ["name"] = r.Artifact,
            ["revisionId"] = r.Id,
            ["revisionSummary"] = r.Summary,
            ["revisionUrl"] = r.Url,
            ["created"] = r.Created.ToEpoch(),
        })]);
        answer["variables"] = new JsonArray([.. execution.Variables.Select(v => (JsonNode)new JsonObject { ["name"] = v.Key, ["resolvedValue"] = v.Value })]);
        return new JsonObject { ["pipelineExecution"] = answer };
    });

    private JsonObject List(OperationCall call) => Read(call, book =>
    {
        var stage = call.Input.Object("filter")?.Object("succeededInStage")?.Text("stageName");
        var found = book.Executions.Where(e => stage is null || e.Stages.GetValueOrDefault(stage)?.Status == "Succeeded")
            .OrderByDescending(e => e.Sequence).ToList();
        return Paging.Page("pipelineExecutionSummaries", found, e => e.Id, Summary, call.Input);
    });

    private JsonObject ListActions(OperationCall call) => Read(call, book =>
    {
        var filter = call.Input.Object("filter");
        var id = filter?.Text("pipelineExecutionId") ?? filter?.Object("latestInPipelineExecution")?.Text("pipelineExecutionId");
        if (id is not null && book.Find(id) is null)
            throw PipelineErrors.ExecutionNotFound(id, book.Pipeline.Name);
        var found = (
            from execution in book.Executions
            where id is null || execution.Id == id
            from stage in execution.Stages
            from record in stage.Value.Actions
            orderby record.Started descending
            select (Execution: execution, Stage: stage.Key, Record: record)).ToList();
        return Paging.Page("actionExecutionDetails", found, f => f.Record.Id, f => Details(book, f.Execution, f.Stage, f.Record), call.Input);
    });

    private T Read<T>(OperationCall call, Func<PipelineBook, T> read)
    {
        var name = call.Input.Required("pipelineName");
        return PipelineEngine.Read(engine.Find(call.Scope, name) ?? throw PipelineErrors.NotFound(name, call.Scope), read);
    }

    private static JsonObject Common(ExecutionRecord execution)
    {
        var answer = new JsonObject
        {
            ["pipelineExecutionId"] = execution.Id,
            ["status"] = execution.Status,
            ["statusSummary"] = execution.StatusSummary,
            ["trigger"] = new JsonObject { ["triggerType"] = execution.TriggerType, ["triggerDetail"] = execution.TriggerDetail },
            ["executionMode"] = execution.Mode,
            ["executionType"] = execution.Type,
        };
        if (execution.RollbackTarget is { } target)
            answer["rollbackMetadata"] = new JsonObject { ["rollbackTargetPipelineExecutionId"] = target };
        return answer;
    }

    private static JsonObject Summary(ExecutionRecord execution)
    {
        var answer = Common(execution);
        answer["startTime"] = execution.Started.ToEpoch();
        answer["lastUpdateTime"] = execution.Updated.ToEpoch();
        answer["sourceRevisions"] = new JsonArray([.. execution.Revisions.Select(r => (JsonNode)new JsonObject
        {
            ["actionName"] = r.Action,
            ["revisionId"] = r.Id,
            ["revisionSummary"] = r.Summary,
            ["revisionUrl"] = r.Url,
        })]);
        if (execution.StopReason is { } reason)
            answer["stopTrigger"] = new JsonObject { ["reason"] = reason };
        return answer;
    }

    private static JsonObject Details(PipelineBook book, ExecutionRecord execution, string stage, ActionRecord record)
    {
        var action = book.At(execution.Version).Stage(stage).Actions.First(a => a.Name == record.Action);
        var result = new JsonObject
        {
            // In PARALLEL mode the pipeline's state shows no executions: the approval's token is found here.
            ["externalExecutionId"] = execution.Mode == "PARALLEL" && record is { Token: { } token, Status: "InProgress" } ? token : record.ExternalId,
            ["externalExecutionSummary"] = record.Summary,
            ["externalExecutionUrl"] = record.ExternalUrl,
            ["logStreamARN"] = record.LogStreamArn,
        };
        if (record.ErrorCode is not null)
            result["errorDetails"] = new JsonObject { ["code"] = record.ErrorCode, ["message"] = record.ErrorMessage };
        return new JsonObject
        {
            ["pipelineExecutionId"] = execution.Id,
            ["actionExecutionId"] = record.Id,
            ["pipelineVersion"] = execution.Version,
            ["stageName"] = stage,
            ["actionName"] = record.Action,
            ["startTime"] = record.Started.ToEpoch(),
            ["lastUpdateTime"] = record.Updated.ToEpoch(),
            ["updatedBy"] = record.UpdatedBy,
            ["status"] = record.Status,
            ["input"] = Input(book, action, record),
            ["output"] = new JsonObject
            {
                ["outputArtifacts"] = Artifacts(record.Status == "Succeeded" ? record.Outputs : []),
                ["executionResult"] = result,
                ["outputVariables"] = Map(record.OutputVariables),
            },
        };
    }

    private static JsonObject Input(PipelineBook book, ActionDefinition action, ActionRecord record) => new()
    {
        ["actionTypeId"] = action.Source.Object("actionTypeId").Copy(),
        ["configuration"] = Map(action.Configuration),
        ["resolvedConfiguration"] = Map(record.Configuration),
        ["roleArn"] = action.Source.Text("roleArn"),
        ["region"] = book.Scope.Region,
        ["inputArtifacts"] = Artifacts(record.Inputs),
        ["namespace"] = action.Namespace,
    };

    private static JsonArray Artifacts(IEnumerable<ArtifactRecord> artifacts) => [.. artifacts.Select(a => (JsonNode)new JsonObject
    {
        ["name"] = a.Name,
        ["s3location"] = new JsonObject { ["bucket"] = a.Bucket, ["key"] = a.Key },
    })];

    private static JsonObject Map(IReadOnlyDictionary<string, string> values) => new(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value)));
}
