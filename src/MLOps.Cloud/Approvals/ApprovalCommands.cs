using Amazon.CodePipeline;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using Aws = Amazon.CodePipeline.Model;

namespace MLOps.Cloud.Approvals;

/// <inheritdoc/>
internal sealed class ApprovalCommands(PipelineCalls calls, IInventory<PipelineSnapshot> pipelines, AfterCommand after) : IApprovalCommands
{
    public async Task<ApprovalOutcome> AnswerAsync(string connection, ApprovalAnswer answer, CancellationToken cancelled = default)
    {
        var place = new Place(connection, answer.Pipeline, answer.Stage, answer.Action, answer.ExecutionId);
        var (token, current, outcome) = await LookAsync(place, cancelled);
        if (token is null)
            return outcome!;
        if (answer.TokenDigest is { } seen && seen != ApprovalToken.Digest(token))
            return new ApprovalOutcome.Superseded(current);
        try
        {
            var taken = await calls.On(connection).PutApprovalResultAsync(new Aws.PutApprovalResultRequest
            {
                PipelineName = answer.Pipeline,
                StageName = answer.Stage,
                ActionName = answer.Action,
                Token = token,
                Result = new Aws.ApprovalResult
                {
                    Status = answer.Approved ? ApprovalStatus.Approved : ApprovalStatus.Rejected,
                    Summary = answer.Summary,
                },
            }, cancelled);
            await after.RefreshAsync(pipelines, connection, answer.Pipeline, cancelled);
            return new ApprovalOutcome.Done(taken.ApprovedAt.Time() ?? default);
        }
        catch (CloudException e) when (e.InnerException is Aws.InvalidApprovalTokenException or Aws.ApprovalAlreadyCompletedException)
        {
            // Both say "answered or expired": the state tells which.
            var (_, _, since) = await LookAsync(place, cancelled);
            return since ?? throw new CloudException(e.Fault, e);
        }
    }

    public async Task<ApprovalStanding> FindAsync(string connection, string pipeline, string stage, string action, string executionId, CancellationToken cancelled = default)
    {
        var place = new Place(connection, pipeline, stage, action, executionId);
        var (token, _, outcome) = await LookAsync(place, cancelled);
        if (token is null)
            return new ApprovalStanding(null, outcome);
        var digest = ApprovalToken.Digest(token);
        var known = Pending(connection, place, digest);
        if (known is null)
        {
            await pipelines.RefreshAsync(connection, pipeline, cancelled);
            known = Pending(connection, place, digest);
        }
        return new ApprovalStanding(known ?? new PendingApproval(connection, pipeline, stage, action, executionId) { TokenDigest = digest }, null);
    }

    private PendingApproval? Pending(string connection, Place place, string digest) =>
        pipelines.Current(connection).Items.FirstOrDefault(p => p.Summary.Name == place.Pipeline)?.Approvals
            .FirstOrDefault(a => a.Stage == place.Stage && a.Action == place.Action && a.ExecutionId == place.ExecutionId && a.TokenDigest == digest);

    /// <summary>The token where that execution's approval waits; else what became of it. <c>Current</c> is the execution in the stage.</summary>
    private async Task<(string? Token, string Current, ApprovalOutcome? Outcome)> LookAsync(Place place, CancellationToken cancelled)
    {
        PipelineDefinition definition;
        try
        {
            definition = await calls.DefinitionAsync(place.Connection, place.Pipeline, cancelled);
        }
        catch (CloudException e) when (e.InnerException is Aws.PipelineNotFoundException)
        {
            return (null, "", new ApprovalOutcome.NotFound($"pipeline '{place.Pipeline}'"));
        }
        if (definition.Stages.FirstOrDefault(s => s.Name == place.Stage)?.Actions.FirstOrDefault(a => a.Name == place.Action) is not { } defined)
            return (null, "", new ApprovalOutcome.NotFound($"action '{place.Stage}/{place.Action}'"));

        var current = "";
        if (definition.ExecutionMode != ApprovalReading.Parallel)
        {
            var state = await calls.StateAsync(place.Connection, place.Pipeline, cancelled);
            current = state.StageStates.OrEmpty().FirstOrDefault(s => s.StageName == place.Stage)?.LatestExecution?.PipelineExecutionId ?? "";
            var waits = ApprovalReading.StateTokens(state).FirstOrDefault(t => t.Stage == place.Stage && t.Action == place.Action);
            if (waits.Token is not null && waits.ExecutionId == place.ExecutionId)
                return (waits.Token, current, null);
        }
        var actions = await ActionsAsync(place, cancelled);
        if (actions is null)
            return (null, current, new ApprovalOutcome.NotFound($"execution '{place.ExecutionId}'"));
        if (definition.ExecutionMode == ApprovalReading.Parallel
            && ApprovalReading.Waits(actions, place.Stage, place.Action)?.Output?.ExecutionResult?.ExternalExecutionId is { Length: > 0 } token)
            return (token, place.ExecutionId, null);
        return (null, current, await OutcomeAsync(place, defined, actions, current, cancelled));
    }

    private async Task<IReadOnlyList<Aws.ActionExecutionDetail>?> ActionsAsync(Place place, CancellationToken cancelled)
    {
        try
        {
            return await calls.ActionsAsync(place.Connection, place.Pipeline, place.ExecutionId, cancelled);
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    private async Task<ApprovalOutcome> OutcomeAsync(
        Place place, ActionDefinition defined, IReadOnlyList<Aws.ActionExecutionDetail> actions, string current, CancellationToken cancelled)
    {
        var run = actions.Where(a => a.StageName == place.Stage && a.ActionName == place.Action).MaxBy(a => a.StartTime);
        if (run is not null && ApprovalVerdict.Of(PipelineMapping.Execution(run), defined.Timeout) is { } verdict)
            return verdict;
        try
        {
            var execution = (await calls.On(place.Connection).GetPipelineExecutionAsync(
                new Aws.GetPipelineExecutionRequest { PipelineName = place.Pipeline, PipelineExecutionId = place.ExecutionId }, cancelled)).PipelineExecution;
            return execution.Status.Word() == "Superseded"
                ? new ApprovalOutcome.Superseded(current)
                : new ApprovalOutcome.NotWaiting(execution.Status.Word());
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return new ApprovalOutcome.NotFound($"execution '{place.ExecutionId}'");
        }
    }

    private sealed record Place(string Connection, string Pipeline, string Stage, string Action, string ExecutionId);
}
