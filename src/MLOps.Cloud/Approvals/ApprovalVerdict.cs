using MLOps.Cloud.Pipelines;

namespace MLOps.Cloud.Approvals;

/// <summary>Reads what became of an approval out of its action execution.</summary>
internal static class ApprovalVerdict
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromDays(7);

    /// <summary>The outcome, or null where the action has not ended by an answer or by its time.</summary>
    public static ApprovalOutcome? Of(ActionExecution run, TimeSpan? timeout) => run.Status switch
    {
        "Succeeded" => new ApprovalOutcome.AlreadyAnswered(true, run.UpdatedBy, run.Updated, Summary(run)),
        "Failed" when TookTooLong(run, timeout ?? DefaultTimeout) => new ApprovalOutcome.Expired(),
        "Failed" => new ApprovalOutcome.AlreadyAnswered(false, run.UpdatedBy, run.Updated, Summary(run)),
        _ => null,
    };

    /// <summary>CodePipeline names no code for it; its message speaks of the time, and the clock agrees.</summary>
    private static bool TookTooLong(ActionExecution run, TimeSpan timeout) =>
        run.ErrorMessage.Contains("timed out", StringComparison.OrdinalIgnoreCase)
        || run.ErrorMessage.Contains("expired", StringComparison.OrdinalIgnoreCase)
        || (run.Started is { } started && run.Updated is { } updated && updated - started >= timeout);

    private static string Summary(ActionExecution run) => run.Summary.Length > 0 ? run.Summary : run.ErrorMessage;
}
