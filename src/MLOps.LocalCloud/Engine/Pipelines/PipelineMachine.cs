using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Engine.Pipelines.Records;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>What the machine would do next.</summary>
internal abstract record Step(ExecutionRecord Execution);

internal sealed record Supersede(ExecutionRecord Execution, ExecutionRecord By) : Step(Execution);

internal sealed record EnterStage(ExecutionRecord Execution) : Step(Execution);

internal sealed record StartAction(ExecutionRecord Execution, ActionDefinition Action) : Step(Execution);

internal sealed record EndStage(ExecutionRecord Execution, string Status) : Step(Execution);

internal sealed record EndWaiting(ExecutionRecord Execution) : Step(Execution);

/// <summary>
/// The rules by which runs move through a pipeline: a function of what is recorded, so that it comes to the same decision
/// after a restart. It changes nothing.
/// </summary>
internal static class PipelineMachine
{
    /// <summary>The next step of any run, or null where all wait for something from outside.</summary>
    /// <param name="definition">The definition of a version.</param>
    /// <param name="isDisabled">Whether the transition into a stage is disabled.</param>
    public static Step? Next(IReadOnlyCollection<ExecutionRecord> executions, Func<int, PipelineDefinition> definition, Func<PipelineDefinition, string, bool> isDisabled)
    {
        var active = executions.Where(e => e.IsActive).OrderBy(e => e.Sequence).ToList();
        foreach (var execution in active)
        {
            var step = execution.Waiting
                ? BeforeStage(execution, active, definition(execution.Version), isDisabled)
                : InStage(execution, definition(execution.Version).Stage(execution.Stage));
            if (step is not null)
                return step;
        }
        return null;
    }

    private static Step? BeforeStage(ExecutionRecord execution, List<ExecutionRecord> active, PipelineDefinition definition, Func<PipelineDefinition, string, bool> isDisabled)
    {
        if (execution.Status == "Stopping")
            return new EndWaiting(execution);
        var here = active.Where(e => e != execution && e.Stage == execution.Stage && e.Mode != "PARALLEL").ToList();
        // Only the newest of those that wait goes on; a rollback is somebody's wish and stays.
        if (execution is { Mode: "SUPERSEDED", Type: "STANDARD" } && here.LastOrDefault(e => e.Waiting && e.Sequence > execution.Sequence) is { } newer)
            return new Supersede(execution, newer);
        if (isDisabled(definition, execution.Stage))
            return null;
        if (execution.Mode == "PARALLEL")
            return new EnterStage(execution);
        var isHeld = here.Any(e => !e.Waiting);
        var isNotItsTurn = execution.Mode == "QUEUED" && here.Any(e => e.Waiting && e.Sequence < execution.Sequence);
        return isHeld || isNotItsTurn ? null : new EnterStage(execution);
    }

    private static Step? InStage(ExecutionRecord execution, StageDefinition stage)
    {
        var record = execution.Stages[execution.Stage];
        foreach (var group in stage.Actions.GroupBy(a => a.RunOrder).OrderBy(g => g.Key))
        {
            var latest = group.Select(a => (Action: a, Record: record.Latest(a.Name))).ToList();
            if (latest.All(p => p.Record?.Status == "Succeeded"))
                continue;
            var isRunning = latest.Any(p => p.Record?.Status == "InProgress");
            if (latest.Any(p => p.Record?.Status == "Failed"))
                return isRunning ? null : new EndStage(execution, "Failed");
            if (execution.Status == "Stopping")
                return isRunning ? null : new EndStage(execution, "Stopped");
            var next = latest.FirstOrDefault(p => p.Record is null);
            return next.Action is null ? null : new StartAction(execution, next.Action);
        }
        return new EndStage(execution, "Succeeded");
    }
}
