using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodePipeline;

/// <summary>Runs: start, stop, retry a stage, roll a stage back.</summary>
internal sealed class ExecutionOperations(PipelineEngine engine, PipelineStarter starter, TimeProvider time) : IOperations
{
    private const string Service = "codepipeline";

    public void Map(OperationMap map) => map
        .On(Service, "StartPipelineExecution", call => Id(starter.Start(call.Scope, call.Input.Required("name"), call.Input, call.Principal)))
        .On(Service, "StopPipelineExecution", Stop)
        .On(Service, "RetryStageExecution", Retry)
        .On(Service, "RollbackStage", Rollback);

    private JsonObject Stop(OperationCall call) => engine.Change(call.Scope, call.Input.Required("pipelineName"), (book, events) =>
    {
        var execution = Find(book, call.Input.Required("pipelineExecutionId"));
        var abandon = call.Input.Flag("abandon") ?? false;
        if (!execution.IsActive)
            throw new AwsException("PipelineExecutionNotStoppableException", $"The execution {execution.Id} has ended: {execution.Status}");
        if (execution.Status == "Stopping" && !abandon)
            throw new AwsException("DuplicatedStopRequestException", $"The execution {execution.Id} is being stopped already");
        execution.Status = "Stopping";
        execution.StopReason = call.Input.Text("reason");
        book.Touch(execution, time.GetUtcNow());
        if (!execution.Waiting)
        {
            execution.Stages[execution.Stage].Status = "Stopping";
            if (abandon)
                engine.Abandon(book, execution, events);
        }
        return Id(execution.Id);
    });

    private JsonObject Retry(OperationCall call) => engine.Change(call.Scope, call.Input.Required("pipelineName"), (book, events) =>
    {
        var execution = Find(book, call.Input.Required("pipelineExecutionId"));
        var stage = KnownStage(book, call.Input.Required("stageName"));
        if (!execution.Stages.TryGetValue(stage, out var record))
            throw new AwsException("StageNotRetryableException", $"The execution {execution.Id} has not reached the stage {stage}");
        if (execution.IsActive)
            throw PipelineErrors.Conflict($"The stage {stage} cannot be retried: the execution {execution.Id} is in progress");
        if (execution.Stage != stage || record.Status is not ("Failed" or "Stopped"))
            throw new AwsException("StageNotRetryableException", $"The stage {stage} of the execution {execution.Id} is {record.Status}: only a failed or stopped stage can be retried");
        if (execution.Version != book.Pipeline.Version)
            throw new AwsException("StageNotRetryableException", "The pipeline's structure has changed since the execution: start a new one");
        if (execution.Mode != "PARALLEL")
        {
            if (book.Executions.Any(e => e.Sequence > execution.Sequence && e.Stages.ContainsKey(stage)))
                throw new AwsException("NotLatestPipelineExecutionException", $"A newer execution than {execution.Id} has entered the stage {stage}");
            if (book.Executions.Any(e => e.IsActive && !e.Waiting && e.Stage == stage))
                throw PipelineErrors.Conflict($"Another execution is in the stage {stage}");
        }
        var all = call.Input.Required("retryMode") == "ALL_ACTIONS";
        foreach (var action in record.Actions.Where(a => all || a.Status != "Succeeded"))
            action.Retired = true;
        record.Status = "InProgress";
        record.ManualRetries++;
        (execution.Status, execution.StatusSummary, execution.StopReason) = ("InProgress", null, null);
        book.Touch(execution, time.GetUtcNow());
        events.Add(PipelineEvents.Pipeline(book, execution, "RESUMED"));
        events.Add(PipelineEvents.Stage(book, execution, "RESUMED"));
        return Id(execution.Id);
    });

    private JsonObject Rollback(OperationCall call) => engine.Change(call.Scope, call.Input.Required("pipelineName"), (book, _) =>
    {
        var stage = KnownStage(book, call.Input.Required("stageName"));
        var target = Find(book, call.Input.Required("targetPipelineExecutionId"));
        AwsException Refuse(string why) => new("UnableToRollbackStageException", $"The stage {stage} cannot be rolled back: {why}");
        if (book.Definition.Mode == "PARALLEL")
            throw Refuse("the pipeline's execution mode is PARALLEL");
        if (book.Definition.StageIndex(stage) == 0)
            throw Refuse("it is the source stage");
        if (target.Version != book.Pipeline.Version)
            throw new AwsException("PipelineExecutionOutdatedException", $"The execution {target.Id} ran version {target.Version} of the pipeline; it is at {book.Pipeline.Version} now");
        if (target.Type != "STANDARD" || target.Stages.GetValueOrDefault(stage)?.Status != "Succeeded")
            throw Refuse($"the execution {target.Id} has not succeeded in it");
        if (book.Executions.Any(e => e.IsActive && !e.Waiting && e.Stage == stage))
            throw PipelineErrors.Conflict($"An execution is in the stage {stage}");
        return Id(starter.Rollback(book, stage, target, call.Principal));
    });

    private static string KnownStage(PipelineBook book, string stage) =>
        book.Definition.StageIndex(stage) < 0 ? throw PipelineErrors.StageNotFound(stage, book.Pipeline.Name) : stage;

    private static ExecutionRecord Find(PipelineBook book, string id) => book.Find(id) ?? throw PipelineErrors.ExecutionNotFound(id, book.Pipeline.Name);

    private static JsonObject Id(string id) => new() { ["pipelineExecutionId"] = id };
}
