using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Notifications;

/// <summary>Something that people are told, before and apart from how. It never holds an approval's token.</summary>
/// <param name="Key">Says the same for the same event in every instance of the portal: it is announced once.</param>
/// <param name="Title">One line: <c>iris-model-pipeline waits for approval</c>.</param>
/// <param name="Text">A sentence or two.</param>
/// <param name="Path">Where in the portal to look: <c>/approvals/…</c>.</param>
internal sealed record Notice(string Key, NoticeKind Kind, string Title, string Text, string Path)
{
    public string Connection { get; init; } = "";

    public string Pipeline { get; init; } = "";

    /// <summary>The same for notices that the portal's list shows as one line, the newest of them; empty for a line of its own.</summary>
    public string Series { get; init; } = "";

    public DateTimeOffset At { get; init; }

    /// <summary>Names and values that a message shows below its text.</summary>
    public ValueList<Setting> Facts { get; init; } = [];
}
