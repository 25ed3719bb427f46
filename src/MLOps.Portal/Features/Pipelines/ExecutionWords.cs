using System.Text.RegularExpressions;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>What CodePipeline's words about executions mean to a person.</summary>
internal static partial class ExecutionWords
{
    /// <summary>What happens to an execution when a newer one comes up behind it.</summary>
    public static string Mode(string mode) => mode switch
    {
        "SUPERSEDED" => "superseded (a newer execution overtakes one that waits)",
        "QUEUED" => "queued (executions go one after the other)",
        "PARALLEL" => "parallel (executions do not wait for each other)",
        _ => mode.ToLowerInvariant(),
    };

    /// <summary>What started an execution.</summary>
    public static string Trigger(string type) => type switch
    {
        "StartPipelineExecution" => "Started by hand",
        "CreatePipeline" => "Pipeline created",
        "PollForSourceChanges" => "Source changed",
        "CloudWatchEvent" => "Event of the source",
        "PutActionRevision" => "Revision handed in",
        "Webhook" or "WebhookV2" => "Webhook",
        "ManualRollback" => "Rolled back by hand",
        "AutomatedRollback" => "Rolled back by itself",
        _ => Words.OfStatus(type),
    };

    /// <summary>
    /// The execution that overtook a superseded one: the one that its summary names; else, as AWS names none, the next newer one that was
    /// listed. Null where it was not superseded, or that is not known.
    /// </summary>
    public static string? SupersededBy(PipelineExecution execution, IReadOnlyList<PipelineExecution> listed)
    {
        if (execution.Status != "Superseded")
            return null;
        if (Id().Matches(execution.StatusSummary).Select(m => m.Value).FirstOrDefault(id => id != execution.Id) is { } named)
            return named;
        return listed.Where(e => e.Started > execution.Started && e.ExecutionType != "ROLLBACK").MinBy(e => e.Started)?.Id;
    }

    /// <summary>An execution's status, or that one of its approvals waits for a person.</summary>
    public static string StatusOf(PipelineExecution execution, IReadOnlySet<string> waiting) =>
        execution.Status == "InProgress" && waiting.Contains(execution.Id) ? Status.AwaitsApproval : execution.Status;

    /// <summary>When it ended; null while it goes on.</summary>
    public static DateTimeOffset? Ended(PipelineExecution execution) => execution.IsActive ? null : execution.Updated;

    /// <summary>Whether CodePipeline takes a text as the reason for closing a transition.</summary>
    public static bool IsReason(string reason) => Reason().IsMatch(reason);

    [GeneratedRegex("^[a-zA-Z0-9!@ ().*?-]{0,300}$")]
    private static partial Regex Reason();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
