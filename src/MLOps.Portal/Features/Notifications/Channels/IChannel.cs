using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Notifications.Channels;

/// <summary>A way to people outside the portal.</summary>
internal interface IChannel
{
    /// <summary>The name in the database and in logs: <c>webhook:release-desk</c>, <c>mail:approvers</c>.</summary>
    string Id { get; }

    /// <summary>What it is, without its secret: <c>Slack webhook at hooks.slack.com</c>.</summary>
    string About { get; }

    /// <summary>Sends; ends when the other side has taken the message.</summary>
    /// <exception cref="DeliveryException">It did not. The message of the exception holds no secret.</exception>
    Task SendAsync(Message message, CancellationToken cancelled);
}

/// <summary>A notice as it leaves the portal.</summary>
/// <param name="Id">The same at every attempt, so that a receiver can tell a repetition.</param>
/// <param name="Link">An absolute address of the portal.</param>
internal sealed record Message(string Id, NoticeKind Kind, string Title, string Text, Uri Link, DateTimeOffset At, ValueList<Setting> Facts);

/// <summary>A message was not taken.</summary>
/// <param name="message">Why, for people; without addresses and passwords.</param>
/// <param name="isFinal">Whether trying again is in vain.</param>
/// <param name="retryAfter">How long the other side asks to wait.</param>
internal sealed class DeliveryException(string message, bool isFinal = false, TimeSpan? retryAfter = null) : Exception(message)
{
    public bool IsFinal { get; } = isFinal;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
