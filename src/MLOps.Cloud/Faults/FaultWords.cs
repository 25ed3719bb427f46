namespace MLOps.Cloud.Faults;

/// <summary>What CodePipeline's refusals mean, for people: what happened and what can be done.</summary>
internal static class FaultWords
{
    /// <summary>The words for an error code; null where the service's own message says enough.</summary>
    public static string? Of(string? code) => code switch
    {
        "PipelineExecutionOutdatedException" =>
            "The pipeline was changed since that execution, so a stage cannot go back to it. Choose one that ran the current version, or start a new execution.",
        "UnableToRollbackStageException" => "This stage cannot be rolled back to that execution.",
        "StageNotRetryableException" => "This stage cannot be retried: only one that failed or was stopped can, and only while the pipeline's structure is the same. Start a new execution.",
        "NotLatestPipelineExecutionException" => "A newer execution has come to this stage since. Look at that one, or start a new execution.",
        "PipelineExecutionNotStoppableException" => "This execution cannot be stopped: it has ended.",
        "DuplicatedStopRequestException" => "This execution is being stopped already. To end it without waiting for its actions, abandon it.",
        "ConcurrentPipelineExecutionsLimitExceededException" => "As many executions run as the pipeline may have at once. Wait for one to end, or stop one.",
        "InvalidApprovalTokenException" => "The approval was asked anew since it was looked at. Load the sign-off page again.",
        "ApprovalAlreadyCompletedException" => "The approval has been answered, or has ended.",
        "PipelineVersionNotFoundException" => "That version of the pipeline is not kept any more.",
        _ => null,
    };
}
