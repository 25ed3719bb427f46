using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Tables;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>The columns of the list of pipelines.</summary>
internal static class PipelineTable
{
    public static readonly TableShape<PipelineSummary> Shape = new("pipelines",
        new("name", "Pipeline", p => p.Name) { By = p => p.Name, Always = true },
        new("status", "Status", p => p.Status) { By = p => Words.OfStatus(p.Status) },
        new("stages", "Stages", p => string.Join("; ", p.Stages.Select(s => $"{s.Name}: {Words.OfStatus(s.Status)}"))),
        new("mode", "Mode", p => p.ExecutionMode) { By = p => p.ExecutionMode },
        new("execution", "Execution", p => p.Latest?.Id ?? ""),
        new("started", "Started", p => CsvText.Of(p.Latest?.Started)) { By = p => p.Latest?.Started, Class = "num" },
        new("took", "Took", p => CsvText.Seconds(p.Latest?.Started, Ended(p))) { By = p => Ended(p) - p.Latest?.Started, Class = "num" });

    /// <summary>When the newest execution ended; null while it runs or waits.</summary>
    public static DateTimeOffset? Ended(PipelineSummary pipeline) =>
        Status.Kind(pipeline.Status) is StatusKind.Running or StatusKind.Waiting ? null : pipeline.Latest?.Updated;
}
