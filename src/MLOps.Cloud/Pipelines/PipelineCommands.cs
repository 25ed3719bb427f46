using Amazon.CodePipeline;
using MLOps.Cloud.Inventory;
using Aws = Amazon.CodePipeline.Model;

namespace MLOps.Cloud.Pipelines;

/// <inheritdoc/>
internal sealed class PipelineCommands(PipelineCalls calls, IInventory<PipelineSummary> inventory, AfterCommand after) : IPipelineCommands
{
    public async Task<string> StartAsync(string connection, string pipeline, StartOverrides? overrides = null, CancellationToken cancelled = default)
    {
        // The token keeps a retry of the SDK from starting a second execution.
        var request = new Aws.StartPipelineExecutionRequest { Name = pipeline, ClientRequestToken = Guid.NewGuid().ToString() };
        if (overrides is { Variables.Count: > 0 })
            request.Variables = [.. overrides.Variables.Select(v => new Aws.PipelineVariable { Name = v.Name, Value = v.Value })];
        if (overrides is { Revisions.Count: > 0 })
            request.SourceRevisions = [.. overrides.Revisions.Select(r => new Aws.SourceRevisionOverride { ActionName = r.Action, RevisionType = r.Type, RevisionValue = r.Value })];
        var answer = await calls.On(connection).StartPipelineExecutionAsync(request, cancelled);
        await after.RefreshAsync(inventory, connection, pipeline, cancelled);
        return answer.PipelineExecutionId;
    }

    public async Task StopAsync(string connection, string pipeline, string executionId, bool abandon, string reason, CancellationToken cancelled = default)
    {
        await calls.On(connection).StopPipelineExecutionAsync(
            new Aws.StopPipelineExecutionRequest { PipelineName = pipeline, PipelineExecutionId = executionId, Abandon = abandon, Reason = reason.Length > 0 ? reason : null }, cancelled);
        await after.RefreshAsync(inventory, connection, pipeline, cancelled);
    }

    public async Task<string> RetryStageAsync(string connection, string pipeline, string stage, string executionId, bool allActions = false, CancellationToken cancelled = default)
    {
        var answer = await calls.On(connection).RetryStageExecutionAsync(new Aws.RetryStageExecutionRequest
        {
            PipelineName = pipeline,
            StageName = stage,
            PipelineExecutionId = executionId,
            RetryMode = allActions ? StageRetryMode.ALL_ACTIONS : StageRetryMode.FAILED_ACTIONS,
        }, cancelled);
        await after.RefreshAsync(inventory, connection, pipeline, cancelled);
        return answer.PipelineExecutionId;
    }

    public async Task<string> RollbackStageAsync(string connection, string pipeline, string stage, string targetExecutionId, CancellationToken cancelled = default)
    {
        var answer = await calls.On(connection).RollbackStageAsync(
            new Aws.RollbackStageRequest { PipelineName = pipeline, StageName = stage, TargetPipelineExecutionId = targetExecutionId }, cancelled);
        await after.RefreshAsync(inventory, connection, pipeline, cancelled);
        return answer.PipelineExecutionId;
    }

    public async Task SetTransitionAsync(string connection, string pipeline, string stage, bool enabled, string reason = "", CancellationToken cancelled = default)
    {
        if (enabled)
        {
            await calls.On(connection).EnableStageTransitionAsync(
                new Aws.EnableStageTransitionRequest { PipelineName = pipeline, StageName = stage, TransitionType = StageTransitionType.Inbound }, cancelled);
        }
        else
        {
            await calls.On(connection).DisableStageTransitionAsync(
                new Aws.DisableStageTransitionRequest { PipelineName = pipeline, StageName = stage, TransitionType = StageTransitionType.Inbound, Reason = reason }, cancelled);
        }
        await after.RefreshAsync(inventory, connection, pipeline, cancelled);
    }
}
