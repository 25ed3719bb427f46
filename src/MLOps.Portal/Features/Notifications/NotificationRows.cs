namespace MLOps.Portal.Features.Notifications;

/// <summary>A notice that is kept.</summary>
public sealed class NotificationRow
{
    public const int LongestTitle = 200;
    public const int LongestText = 2000;

    public long Id { get; set; }

    /// <summary>The same for the same event in every instance.</summary>
    public string Key { get; set; } = "";

    /// <summary>The same for notices that the portal's list shows as one line.</summary>
    public string Series { get; set; } = "";

    public NoticeKind Kind { get; set; }

    public string Title { get; set; } = "";

    public string Text { get; set; } = "";

    /// <summary>Where in the portal to look.</summary>
    public string Path { get; set; } = "";

    /// <summary>Names and values for messages, as a JSON object.</summary>
    public string Facts { get; set; } = "";

    public DateTimeOffset At { get; set; }

    /// <summary>Whether the portal's own list shows it.</summary>
    public bool InPortal { get; set; }
}

/// <summary>Where a message to a channel stands.</summary>
public enum DeliveryState
{
    /// <summary>It is sent as soon as it may be.</summary>
    Pending,

    /// <summary>The channel took it.</summary>
    Sent,

    /// <summary>Nobody tries any more; an administrator may.</summary>
    Dead,
}

/// <summary>One notice on its way to one channel.</summary>
public sealed class DeliveryRow
{
    public const int LongestFault = 300;

    public long Id { get; set; }

    public long NotificationId { get; set; }

    /// <summary>The channel by its name in the configuration: <c>webhook:release-desk</c>.</summary>
    public string Channel { get; set; } = "";

    public DeliveryState State { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Not to be tried before.</summary>
    public DateTimeOffset NextAt { get; set; }

    /// <summary>The instance that tries it now.</summary>
    public string? LeasedBy { get; set; }

    /// <summary>Until when no other instance tries it.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>When it was sent or given up.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why the last attempt failed; without the channel's address, which is a secret.</summary>
    public string? LastFault { get; set; }
}

/// <summary>That a person has read a notice.</summary>
public sealed class ReadRow
{
    public long Id { get; set; }

    public string UserId { get; set; } = "";

    public long NotificationId { get; set; }
}

/// <summary>An approval that was seen waiting and whose end is still to be told.</summary>
public sealed class WatchedRow
{
    public long Id { get; set; }

    public string Key { get; set; } = "";

    public string Connection { get; set; } = "";

    public string Pipeline { get; set; } = "";

    public string Stage { get; set; } = "";

    public string Action { get; set; } = "";

    public string ExecutionId { get; set; } = "";
}
