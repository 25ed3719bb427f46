namespace MLOps.Portal.Features.Notifications;

/// <summary>What people are told about. The names stand in the configuration and in the database.</summary>
public enum NoticeKind
{
    /// <summary>An approval began to wait.</summary>
    ApprovalWaiting,

    /// <summary>It still waits after one of the configured times.</summary>
    ApprovalReminder,

    /// <summary>It will be answered with no by CodePipeline itself before long.</summary>
    ApprovalExpiring,

    /// <summary>Nobody answered in time.</summary>
    ApprovalExpired,

    /// <summary>It was approved.</summary>
    Approved,

    /// <summary>It was rejected.</summary>
    Rejected,

    /// <summary>A newer candidate took its place.</summary>
    Superseded,

    /// <summary>An execution of a pipeline failed for another reason than an approval.</summary>
    PipelineFailed,

    /// <summary>A message by which an administrator tries a channel.</summary>
    Test,
}

/// <summary>What every kind is called.</summary>
internal static class NoticeKinds
{
    /// <summary>The kinds that can be chosen in the configuration.</summary>
    public static readonly IReadOnlyList<NoticeKind> All = [.. Enum.GetValues<NoticeKind>().Where(k => k != NoticeKind.Test)];

    /// <summary>What channels get where they choose nothing: all about approvals.</summary>
    public static readonly IReadOnlyList<NoticeKind> AboutApprovals = [.. All.Where(k => k != NoticeKind.PipelineFailed)];

    /// <summary>A status whose colour and icon fit.</summary>
    public static string Status(NoticeKind kind) => kind switch
    {
        NoticeKind.Approved => "Approved",
        NoticeKind.Rejected or NoticeKind.ApprovalExpired or NoticeKind.PipelineFailed => "Failed",
        NoticeKind.Superseded or NoticeKind.Test => "Superseded",
        _ => MLOps.Cloud.Values.Status.AwaitsApproval,
    };

    public static string Word(NoticeKind kind) => kind switch
    {
        NoticeKind.ApprovalWaiting => "Waits for approval",
        NoticeKind.ApprovalReminder => "Still waits",
        NoticeKind.ApprovalExpiring => "Expires soon",
        NoticeKind.ApprovalExpired => "Expired",
        NoticeKind.PipelineFailed => "Pipeline failed",
        _ => kind.ToString(),
    };
}
