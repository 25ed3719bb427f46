namespace MLOps.Cloud.Values;

/// <summary>What a status means to a person, whatever service it is from.</summary>
public enum StatusKind
{
    /// <summary>A word that this version does not know, or none.</summary>
    Unknown,

    /// <summary>Has not run.</summary>
    Idle,

    /// <summary>Works on something now.</summary>
    Running,

    /// <summary>Waits for a person.</summary>
    Waiting,

    /// <summary>Ended well, or serves.</summary>
    Good,

    /// <summary>Failed: needs a person.</summary>
    Failed,

    /// <summary>Was stopped, cancelled, superseded or deleted on purpose.</summary>
    Stopped,
}

/// <summary>Reads the status words of AWS. Records keep the word itself, so that an unknown one survives.</summary>
public static class Status
{
    /// <summary>The word for an approval action that waits for its answer; AWS itself says <c>InProgress</c>.</summary>
    public const string AwaitsApproval = "AwaitsApproval";

    /// <summary>The meaning of a status word of CodePipeline, SageMaker, CodeBuild or CloudFormation.</summary>
    public static StatusKind Kind(string? status) => status switch
    {
        null or "" or "NotStarted" => StatusKind.Idle,
        AwaitsApproval or "PendingManualApproval" => StatusKind.Waiting,
        "InProgress" or "IN_PROGRESS" or "Starting" or "Downloading" or "Training" or "Uploading" or "Creating" or "Updating"
            or "SystemUpdating" or "RollingBack" or "Deleting" or "Pending" or "Stopping" => StatusKind.Running,
        "Succeeded" or "SUCCEEDED" or "Completed" or "InService" or "Active" or "Approved" or "Successful" => StatusKind.Good,
        "Failed" or "FAILED" or "UpdateRollbackFailed" or "OutOfService" or "Rejected" or "FAULT" or "TIMED_OUT" => StatusKind.Failed,
        "Stopped" or "STOPPED" or "Cancelled" or "Superseded" or "Abandoned" or "Skipped" or "Deleted" => StatusKind.Stopped,
        _ when status.EndsWith("_FAILED", StringComparison.Ordinal) => StatusKind.Failed,
        _ when status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal) => StatusKind.Running,
        _ when status.Contains("ROLLBACK", StringComparison.Ordinal) => StatusKind.Failed,
        _ when status.EndsWith("_COMPLETE", StringComparison.Ordinal) => StatusKind.Good,
        _ => StatusKind.Unknown,
    };
}
