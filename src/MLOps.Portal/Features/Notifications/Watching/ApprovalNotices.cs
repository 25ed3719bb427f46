using MLOps.Cloud.Approvals;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Notifications.Settings;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Notifications.Watching;

/// <summary>What there is to say about an approval. It has no clock and no memory.</summary>
internal static class ApprovalNotices
{
    /// <summary>Says which approval it is; another one when CodePipeline asks anew.</summary>
    public static string Key(PendingApproval approval) =>
        $"{approval.Connection}/{approval.Pipeline}/{approval.Stage}/{approval.Action}/{approval.ExecutionId}/{approval.TokenDigest}";

    /// <summary>All that is said about one approval is one line of the portal's list.</summary>
    public static string Series(PendingApproval approval) => $"approval:{Key(approval)}";

    /// <summary>
    /// The one thing to say now about an approval that waits. What is due later replaces what was due before: who was away hears the latest
    /// alone. Saying it twice is prevented by the notice's key.
    /// </summary>
    public static Notice Due(PendingApproval approval, NotificationOptions options, DateTimeOffset now, ICloudConnections connections)
    {
        var due = (At: approval.Since, Kind: NoticeKind.ApprovalWaiting, After: TimeSpan.Zero);
        foreach (var reminder in options.RemindersInUse)
            Later(approval.Since + reminder, NoticeKind.ApprovalReminder, reminder);
        foreach (var warning in options.ExpiryWarningsInUse)
            if (approval.Expires is { } expires && expires - warning > approval.Since)
                Later(expires - warning, NoticeKind.ApprovalExpiring, warning);
        var (title, text) = due.Kind switch
        {
            NoticeKind.ApprovalReminder => ($"{approval.Pipeline} still waits for approval", $"It waits since {Words.Exact(approval.Since)}."),
            NoticeKind.ApprovalExpiring => ($"The approval of {approval.Pipeline} expires soon", $"Without an answer CodePipeline rejects it at {Words.Exact(approval.Expires!.Value)}."),
            _ => ($"{approval.Pipeline} waits for approval", $"{approval.Action} in {approval.Stage} asks whether this candidate may go on."),
        };
        return Make($"{due.Kind}:{due.After.TotalMinutes:0}:{Key(approval)}", due.Kind, title, text, approval, connections) with { Facts = Facts(approval), Series = Series(approval) };

        void Later(DateTimeOffset at, NoticeKind kind, TimeSpan after)
        {
            if (at <= now && at > due.At)
                due = (at, kind, after);
        }
    }

    /// <summary>When there is something else to say about an approval that waits; null where nothing is left to say.</summary>
    public static DateTimeOffset? Next(PendingApproval approval, NotificationOptions options, DateTimeOffset now)
    {
        var moments = options.RemindersInUse.Select(r => approval.Since + r);
        if (approval.Expires is { } expires)
            moments = moments.Concat(options.ExpiryWarningsInUse.Select(w => expires - w));
        return moments.Where(at => at > now).Select(at => (DateTimeOffset?)at).Min();
    }

    /// <summary>What to say about an approval that waits no more; null where that needs no word, such as after a stop.</summary>
    public static Notice? Ended(WatchedRow watched, ApprovalOutcome? outcome, ICloudConnections connections)
    {
        var approval = new PendingApproval(watched.Connection, watched.Pipeline, watched.Stage, watched.Action, watched.ExecutionId);
        (NoticeKind Kind, string Title, string Text)? told = outcome switch
        {
            ApprovalOutcome.AlreadyAnswered { Approved: true } yes => (NoticeKind.Approved, $"{watched.Pipeline} was approved", Answer(yes)),
            ApprovalOutcome.AlreadyAnswered no => (NoticeKind.Rejected, $"{watched.Pipeline} was rejected", Answer(no)),
            ApprovalOutcome.Expired => (NoticeKind.ApprovalExpired, $"The approval of {watched.Pipeline} expired", "Nobody answered in time. Retry the stage to be asked again."),
            ApprovalOutcome.Superseded newer => (NoticeKind.Superseded, $"A newer candidate of {watched.Pipeline} took over", $"Execution {Words.Short(newer.CurrentExecutionId)} waits in place of {Words.Short(watched.ExecutionId)}."),
            _ => null,
        };
        return told is not { } say ? null : Make($"{say.Kind}:{watched.Key}", say.Kind, say.Title, say.Text, approval, connections) with { Facts = Facts(approval), Series = $"approval:{watched.Key}" };
    }

    private static Notice Make(string key, NoticeKind kind, string title, string text, PendingApproval approval, ICloudConnections connections) =>
        new(key, kind, title, text, Places.PathOfSignOff(connections, approval.Connection, approval.Pipeline, approval.Stage, approval.Action, approval.ExecutionId))
        {
            Connection = approval.Connection, Pipeline = approval.Pipeline,
        };

    /// <summary>The portal puts the person's name into CodePipeline's summary; an answer past the portal is told by its ARN.</summary>
    private static string Answer(ApprovalOutcome.AlreadyAnswered answer) =>
        answer.Summary.Length > 0 ? answer.Summary : answer.By.Length > 0 ? $"By {Words.Tail(answer.By)}." : "CodePipeline does not say by whom.";

    private static ValueList<Setting> Facts(PendingApproval approval)
    {
        var facts = new List<Setting> { new("Pipeline", approval.Pipeline), new("Approval", $"{approval.Stage} / {approval.Action}"), new("Execution", approval.ExecutionId) };
        if (approval.RevisionId.Length > 0)
            facts.Add(new("Revision", approval.RevisionId));
        if (approval.CustomData.Length > 0)
            facts.Add(new("Note", approval.CustomData));
        if (approval.NewerExecutionId.Length > 0)
            facts.Add(new("Newer execution behind it", approval.NewerExecutionId));
        if (approval.Expires is { } expires)
            facts.Add(new("Expires", Words.Exact(expires)));
        return facts.ToValueList();
    }
}
