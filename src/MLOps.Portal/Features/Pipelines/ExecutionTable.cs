using MLOps.Cloud.Pipelines;
using MLOps.Portal.Shared.Tables;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>An execution in the list of its pipeline.</summary>
/// <param name="SupersededBy">The execution that overtook it; empty where none did.</param>
/// <param name="Status">Its status, or that it waits for an approval, which CodePipeline calls in progress.</param>
internal sealed record ExecutionLine(PipelineExecution Execution, string SupersededBy, string Status)
{
    /// <param name="listed">The executions of the list.</param>
    /// <param name="waiting">The ids of those that wait for an approval.</param>
    public static List<ExecutionLine> Of(IReadOnlyList<PipelineExecution> listed, IReadOnlySet<string> waiting) =>
        [.. listed.Select(e => new ExecutionLine(e, ExecutionWords.SupersededBy(e, listed) ?? "", ExecutionWords.StatusOf(e, waiting)))];
}

/// <summary>The columns of a pipeline's executions.</summary>
internal static class ExecutionTable
{
    public static readonly TableShape<ExecutionLine> Shape = new("executions",
        new("pick", "Compare", _ => "") { IsSilent = true, Always = true },
        new("execution", "Execution", l => l.Execution.Id) { Always = true },
        new("status", "Status", l => l.Status) { By = l => Words.OfStatus(l.Status) },
        new("trigger", "Trigger", l => $"{ExecutionWords.Trigger(l.Execution.TriggerType)}: {l.Execution.TriggerDetail}") { By = l => ExecutionWords.Trigger(l.Execution.TriggerType) },
        new("revision", "Revision", l => string.Join("; ", l.Execution.Revisions.Select(r => $"{r.ActionName}: {r.RevisionId}"))),
        new("started", "Started", l => CsvText.Of(l.Execution.Started)) { By = l => l.Execution.Started, Class = "num" },
        new("took", "Took", l => CsvText.Seconds(l.Execution.Started, ExecutionWords.Ended(l.Execution))) { By = l => ExecutionWords.Ended(l.Execution) - l.Execution.Started, Class = "num" });
}
