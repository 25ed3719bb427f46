using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using Aws = Amazon.CodePipeline.Model;

namespace MLOps.Cloud.Approvals;

/// <summary>Finds the approvals of a pipeline that wait.</summary>
internal sealed class ApprovalReading(PipelineCalls calls)
{
    /// <summary>CodePipeline's own limit where the action sets none.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromDays(7);

    /// <summary>The mode in which the state tells of no tokens: several executions may be in one stage.</summary>
    public const string Parallel = "PARALLEL";

    public async Task<ValueList<PendingApproval>> WaitingAsync(
        PipelineSummary pipeline, PipelineDefinition definition, Aws.GetPipelineStateResponse state, ValueList<PendingApproval> known, CancellationToken cancelled)
    {
        if (!definition.Stages.Any(s => s.Actions.Any(a => a.Category == PipelineMapping.Approval)))
            return [];
        var found = new List<PendingApproval>();
        var waiting = definition.ExecutionMode == Parallel
            ? await ParallelTokensAsync(pipeline, cancelled)
            : StateTokens(state).ToList();
        foreach (var (stage, action, executionId, token, since) in waiting)
        {
            var digest = ApprovalToken.Digest(token);
            var newer = Newer(pipeline, stage, executionId);
            found.Add(known.FirstOrDefault(k => k.TokenDigest == digest && k.ExecutionId == executionId) is { } before
                ? before with { NewerExecutionId = newer }
                : await DescribeAsync(pipeline, definition, (stage, action, executionId, digest, since, newer), cancelled));
        }
        return found.ToValueList();
    }

    /// <summary>The tokens that the pipeline's state holds: of actions in progress.</summary>
    public static IEnumerable<(string Stage, string Action, string ExecutionId, string Token, DateTimeOffset? Since)> StateTokens(Aws.GetPipelineStateResponse state) =>
        from stage in state.StageStates.OrEmpty()
        from action in stage.ActionStates.OrEmpty()
        let run = action.LatestExecution
        where run is { Token.Length: > 0 } && run.Status.Word() == "InProgress" && stage.LatestExecution is not null
        select (stage.StageName, action.ActionName, stage.LatestExecution.PipelineExecutionId, run.Token, run.LastStatusChange.Time());

    /// <summary>The token of an approval in an execution's actions, as PARALLEL mode tells it; null where none waits.</summary>
    public static Aws.ActionExecutionDetail? Waits(IEnumerable<Aws.ActionExecutionDetail> actions, string stage, string action) =>
        actions.Where(a => a.StageName == stage && a.ActionName == action && a.Status.Word() == "InProgress")
            .MaxBy(a => a.StartTime);

    private async Task<List<(string, string, string, string, DateTimeOffset?)>> ParallelTokensAsync(PipelineSummary pipeline, CancellationToken cancelled)
    {
        var found = new List<(string, string, string, string, DateTimeOffset?)>();
        var running = await calls.ExecutionsAsync(pipeline.Connection, pipeline.Name, 100, null, cancelled);
        foreach (var execution in running.Items.Where(e => e.Status == "InProgress"))
        {
            var actions = await calls.ActionsAsync(pipeline.Connection, pipeline.Name, execution.Id, cancelled);
            foreach (var a in actions.Where(a => a.Status.Word() == "InProgress" && a.Input?.ActionTypeId?.Category.Word() == PipelineMapping.Approval))
                if (a.Output?.ExecutionResult?.ExternalExecutionId is { Length: > 0 } token)
                    found.Add((a.StageName, a.ActionName, execution.Id, token, a.StartTime.Time()));
        }
        return found;
    }

    private async Task<PendingApproval> DescribeAsync(
        PipelineSummary pipeline, PipelineDefinition definition,
        (string Stage, string Action, string ExecutionId, string Digest, DateTimeOffset? Since, string Newer) waits, CancellationToken cancelled)
    {
        var defined = definition.Stages.FirstOrDefault(s => s.Name == waits.Stage)?.Actions.FirstOrDefault(a => a.Name == waits.Action);
        var actions = await calls.ActionsAsync(pipeline.Connection, pipeline.Name, waits.ExecutionId, cancelled);
        var run = Waits(actions, waits.Stage, waits.Action);
        // Resolved: the author's text with the execution's own values in it.
        var settings = run is null ? defined?.Configuration ?? [] : PipelineMapping.Execution(run).Configuration;
        var since = run?.StartTime.Time() ?? waits.Since ?? default;
        var execution = pipeline.Latest?.Id == waits.ExecutionId
            ? pipeline.Latest
            : (await calls.ExecutionsAsync(pipeline.Connection, pipeline.Name, 100, null, cancelled)).Items.FirstOrDefault(e => e.Id == waits.ExecutionId);
        var revision = execution?.Revisions is [var first, ..] ? first : null;
        return new PendingApproval(pipeline.Connection, pipeline.Name, waits.Stage, waits.Action, waits.ExecutionId)
        {
            Since = since,
            Expires = defined is null ? null : since + (defined.Timeout ?? DefaultTimeout),
            CustomData = Setting(settings, "CustomData"),
            ExternalUrl = Setting(settings, "ExternalEntityLink"),
            RevisionId = revision?.RevisionId ?? "",
            RevisionSummary = revision?.Summary ?? "",
            NewerExecutionId = waits.Newer,
            TokenDigest = waits.Digest,
        };
    }

    /// <summary>An execution that waits to enter this stage, or is on its way in an earlier one, came after this one. One that has failed there is no candidate.</summary>
    internal static string Newer(PipelineSummary pipeline, string stage, string executionId)
    {
        if (pipeline.ExecutionMode == Parallel)
            return "";
        if (pipeline.Stages.FirstOrDefault(s => s.Name == stage)?.InboundExecutionIds is [var waiting, ..])
            return waiting;
        foreach (var earlier in pipeline.Stages.TakeWhile(s => s.Name != stage).Reverse())
        {
            if (earlier.ExecutionId.Length > 0 && earlier.ExecutionId != executionId && earlier.Status == "InProgress")
                return earlier.ExecutionId;
            if (earlier.InboundExecutionIds is [var inbound, ..])
                return inbound;
        }
        return "";
    }

    private static string Setting(ValueList<Setting> settings, string name) => settings.FirstOrDefault(s => s.Name == name)?.Value ?? "";
}
