using MLOps.Cloud.Pipelines;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>Finds out from a pipeline's executions whether it was started, stopped, retried, rolled back, or a transition of it enabled or disabled.</summary>
internal sealed class PipelineReconciler(IPipelineReader reader) : IReconciler
{
    private const string Pipeline = "pipeline";
    private const string Stage = "stage";
    private const string Execution = "execution";

    /// <summary>What enabling and disabling a transition was called in entries of earlier versions.</summary>
    private static readonly string[] EarlierWords = ["open", "close"];

    /// <summary>What a deed must hold to be looked up; texts may be empty.</summary>
    public static Dictionary<string, string> Details(string pipeline, string stage, string execution) =>
        new[] { (Pipeline, pipeline), (Stage, stage), (Execution, execution) }.Where(d => d.Item2.Length > 0).ToDictionary(d => d.Item1, d => d.Item2);

    public IReadOnlyCollection<string> Kinds { get; } = ["start", "stop", "retry", "rollback", "enable", "disable", .. EarlierWords];

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(Pipeline, out var pipeline))
            return null;
        var (stage, execution) = (intent.Details.GetValueOrDefault(Stage, ""), intent.Details.GetValueOrDefault(Execution, ""));
        return intent.Kind switch
        {
            "start" => Begun(intent, "StartPipelineExecution", await SinceAsync(intent, pipeline, cancelled), e => e.TriggerType == "StartPipelineExecution"),
            "rollback" => Begun(intent, "RollbackStage", await SinceAsync(intent, pipeline, cancelled), e => e.RollbackTargetId == execution),
            "stop" => (await reader.ExecutionAsync(intent.Connection, pipeline, execution, cancelled)).Execution.Status is "Stopping" or "Stopped"
                ? Finding.Happened($"Execution {execution} was stopped.") : Finding.Absent("It was not stopped."),
            "retry" => (await reader.ExecutionAsync(intent.Connection, pipeline, execution, cancelled)).Actions.Any(a => a.Stage == stage && Lookup.IsSince(intent, a.Started))
                ? Finding.Happened($"Actions of {stage} began again.") : Finding.Absent($"Nothing in {stage} began again."),
            _ => (await reader.DetailAsync(intent.Connection, pipeline, cancelled)).Pipeline.Stages.FirstOrDefault(s => s.Name == stage)?.TransitionEnabled == (intent.Kind is "enable" or "open")
                ? Finding.Happened() : Finding.Absent($"The transition into {stage} is as it was."),
        };
    }

    private async Task<IReadOnlyList<PipelineExecution>> SinceAsync(LedgerEntry intent, string pipeline, CancellationToken cancelled) =>
        [.. (await reader.ExecutionsAsync(intent.Connection, pipeline, cancelled: cancelled)).Items.Where(e => Lookup.IsSince(intent, e.Started))];

    private static Finding Begun(LedgerEntry intent, string operation, IReadOnlyList<PipelineExecution> since, Func<PipelineExecution, bool> fits) => since.Where(fits).ToList() switch
    {
        [] => Finding.Absent("No execution began."),
        [var one] => Finding.Happened($"Execution {one.Id} began."),
        var several => Finding.Unclear($"{several.Count} executions began, and nothing tells which of them: {string.Join(", ", several.Select(e => e.Id))}. {Lookup.Trail(intent, operation)}"),
    };
}
