namespace MLOps.Portal.Features.Notifications.Reading;

/// <summary>For whom the portal's list is made.</summary>
internal sealed record NoticeReader(string UserId)
{
    /// <summary>The kinds that the person does not want to be told of.</summary>
    public IReadOnlyCollection<NoticeKind> Hidden { get; init; } = [];

    /// <summary>The kinds of which the person wants to be told where an approval asks them, and only while it does.</summary>
    public IReadOnlyCollection<NoticeKind> AskedAlone { get; init; } = [];

    /// <summary>The series of the approvals that ask the person now.</summary>
    public IReadOnlyCollection<string> Asks { get; init; } = [];
}

/// <summary>What the portal's list shows of a series: its newest notice.</summary>
/// <param name="Id">Of the newest notice.</param>
/// <param name="IsRead">Whether the person has read all of the series.</param>
/// <param name="Count">How many notices there are in the series.</param>
/// <param name="FirstAt">When the first of them came.</param>
/// <param name="AsksYou">Whether it is about an approval that asks the person now.</param>
internal sealed record NoticeLine(long Id, NoticeKind Kind, string Title, string Text, DateTimeOffset At, bool IsRead, int Count, DateTimeOffset FirstAt, bool AsksYou)
{
    /// <summary>Whether it is one of several failures in a row.</summary>
    public bool IsRepeated => Kind == NoticeKind.PipelineFailed && Count > 1;

    public string Headline => IsRepeated ? $"{Title} {Count} times" : Title;
}
