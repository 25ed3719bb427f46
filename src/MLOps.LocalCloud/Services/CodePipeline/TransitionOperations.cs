using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodePipeline;

/// <summary>Transitions between stages, disabled and enabled by people.</summary>
internal sealed class TransitionOperations(PipelineEngine engine, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("codepipeline", "DisableStageTransition", call => Set(call, call.Input.Required("reason")))
        .On("codepipeline", "EnableStageTransition", call => Set(call, null));

    private JsonObject Set(OperationCall call, string? reason) => engine.Change(call.Scope, call.Input.Required("pipelineName"), (book, _) =>
    {
        var stage = call.Input.Required("stageName");
        if (book.Definition.StageIndex(stage) < 0)
            throw PipelineErrors.StageNotFound(stage, book.Pipeline.Name);
        var key = $"{call.Input.Required("transitionType")}/{stage}";
        var record = new TransitionRecord(reason ?? "", call.Principal, time.GetUtcNow());
        book.Pipeline.Disabled.Remove(key);
        book.Pipeline.Enabled.Remove(key);
        (reason is null ? book.Pipeline.Enabled : book.Pipeline.Disabled)[key] = record;
        book.TouchPipeline();
        return new JsonObject();
    });
}
