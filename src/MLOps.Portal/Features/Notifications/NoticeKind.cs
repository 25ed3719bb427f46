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

    /// <summary>Whether a notice of the kind may be about an approval that asks the person.</summary>
    public static bool Asks(NoticeKind kind) => kind is NoticeKind.ApprovalWaiting or NoticeKind.ApprovalReminder or NoticeKind.ApprovalExpiring;

    /// <summary>When a notice of the kind comes.</summary>
    public static string About(NoticeKind kind) => kind switch
    {
        NoticeKind.ApprovalWaiting => "A pipeline comes to an approval",
        NoticeKind.ApprovalReminder => "It still waits after a while",
        NoticeKind.ApprovalExpiring => "It will soon be rejected for want of an answer",
        NoticeKind.ApprovalExpired => "Nobody answered in time",
        NoticeKind.Approved => "Somebody approved",
        NoticeKind.Rejected => "Somebody rejected",
        NoticeKind.Superseded => "A newer candidate took its place",
        _ => "An execution failed for another reason than an approval",
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
