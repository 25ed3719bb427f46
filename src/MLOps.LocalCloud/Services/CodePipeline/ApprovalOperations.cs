using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodePipeline;

/// <summary>Manual approvals: of answers that come at the same time the first one counts, the others are told.</summary>
internal sealed class ApprovalOperations(PipelineEngine engine, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map.On("codepipeline", "PutApprovalResult", Put);

    private JsonObject Put(OperationCall call) => engine.Change(call.Scope, call.Input.Required("pipelineName"), (book, events) =>
    {
        var (stage, action, token) = (call.Input.Required("stageName"), call.Input.Required("actionName"), call.Input.Required("token"));
        var definition = book.Definition.Stages.FirstOrDefault(s => s.Name == stage) ?? throw PipelineErrors.StageNotFound(stage, book.Pipeline.Name);
        if (definition.Actions.All(a => a.Name != action))
            throw PipelineErrors.ActionNotFound(action, stage);
        var found = (
            from execution in book.Executions
            let record = execution.Stages.GetValueOrDefault(stage)?.Actions.FirstOrDefault(a => a.Action == action && a.Token == token)
            where record is not null
            select (Execution: execution, Record: record)).FirstOrDefault();
        if (found.Record is null)
            throw new AwsException("InvalidApprovalTokenException", "Approval token is invalid");
        if (found.Record.Status != "InProgress")
            throw new AwsException("ApprovalAlreadyCompletedException", $"The approval action has already been approved, rejected or ended ({found.Record.Status})");
        var result = call.Input.Object("result")!;
        var summary = result.Text("summary");
        var outcome = result.Required("status") == "Approved"
            ? ActionOutcome.Success(summary)
            : ActionOutcome.Failure("JobFailed", string.IsNullOrEmpty(summary) ? "Rejected" : summary);
        engine.Complete(book, found.Execution, stage, found.Record, outcome, call.Principal, events);
        return new JsonObject { ["approvedAt"] = time.GetUtcNow().ToEpoch() };
    });
}
