using MLOps.Cloud.Values;

namespace MLOps.Cloud.Pipelines;

/// <summary>Where an execution stands, stage by stage, from what its actions did: the pipeline's own state knows only the newest one of each stage, and none in PARALLEL mode.</summary>
public static class ExecutionStages
{
    /// <summary>The stages of one execution; those that it has not reached have no status.</summary>
    public static ValueList<StageState> Of(PipelineDefinition definition, string executionId, IEnumerable<ActionExecution> actions)
    {
        var runs = actions.Where(a => a.PipelineExecutionId == executionId).ToList();
        return definition.Stages.Select(stage => Stage(stage, executionId, [.. runs.Where(r => r.Stage == stage.Name)])).ToValueList();
    }

    /// <summary>The stages of the pipeline's state with the times and ids that only the actions tell.</summary>
    public static ValueList<StageState> WithTimes(ValueList<StageState> stages, IReadOnlyCollection<ActionExecution> actions) => stages.Select(stage =>
    {
        var runs = actions.Where(a => a.Stage == stage.Name && a.PipelineExecutionId == stage.ExecutionId).ToList();
        if (runs.Count == 0)
            return stage;
        var (started, ended) = Times(runs);
        return stage with
        {
            Started = started,
            Ended = Status.Kind(stage.Status) == StatusKind.Running ? null : ended,
            Actions = stage.Actions.Select(a => Latest(runs, a.Name) is { } run ? a with { RunId = run.Id, Started = run.Started } : a).ToValueList(),
        };
    }).ToValueList();

    private static StageState Stage(StageDefinition defined, string executionId, List<ActionExecution> runs)
    {
        if (runs.Count == 0)
            return new StageState(defined.Name) { Actions = defined.Actions.Select(a => Action(a, null)).ToValueList() };
        var latest = defined.Actions.Select(a => Latest(runs, a.Name)).ToList();
        var status = latest.Any(r => r?.Status == "InProgress") ? "InProgress"
            : latest.Any(r => r?.Status == "Failed") ? "Failed"
            : latest.Any(r => r?.Status == "Abandoned") ? "Stopped"
            : latest.All(r => r?.Status == "Succeeded") ? "Succeeded" : "InProgress";
        var (started, ended) = Times(runs);
        return new StageState(defined.Name, status, executionId)
        {
            Started = started,
            Ended = status == "InProgress" ? null : ended,
            Actions = defined.Actions.Zip(latest, Action).ToValueList(),
        };
    }

    private static ActionState Action(ActionDefinition defined, ActionExecution? run) => new(defined.Name, run?.Status ?? "")
    {
        Category = defined.Category,
        Provider = defined.Provider,
        RunOrder = defined.RunOrder,
        RunId = run?.Id ?? "",
        Started = run?.Started,
        LastChange = run?.Updated,
        LastUpdatedBy = run?.UpdatedBy ?? "",
        Summary = run?.Summary ?? "",
        ExternalId = run?.ExternalId ?? "",
        ExternalUrl = run?.ExternalUrl ?? "",
        ErrorCode = run?.ErrorCode ?? "",
        ErrorMessage = run?.ErrorMessage ?? "",
        AwaitsApproval = defined.Category == PipelineMapping.Approval && run?.Status == "InProgress",
    };

    private static ActionExecution? Latest(List<ActionExecution> runs, string action) => runs.Where(r => r.Action == action).MaxBy(r => r.Started);

    private static (DateTimeOffset? Started, DateTimeOffset? Ended) Times(List<ActionExecution> runs) => (runs.Min(r => r.Started), runs.Max(r => r.Updated));
}
