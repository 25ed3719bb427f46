namespace MLOps.Portal.Features.Notifications.Settings;

/// <summary>The section <c>Notifications</c>. Validated at start; all faults are reported at once.</summary>
public sealed class NotificationOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Notifications";

    /// <summary>The portal's address as people reach it: links in messages begin with it. Needed as soon as there is a channel.</summary>
    public string PortalUrl { get; set; } = "";

    /// <summary>After how long an approval that still waits is told again; one day and three days where not set.</summary>
    public IList<TimeSpan>? Reminders { get; set; }

    /// <summary>How long before its end an approval is told to expire; one day and two hours where not set.</summary>
    public IList<TimeSpan>? ExpiryWarnings { get; set; }

    /// <summary>What the portal's own list shows; everything where not set.</summary>
    public IList<NoticeKind>? InPortal { get; set; }

    /// <summary>Webhooks by a name of their own.</summary>
    public IDictionary<string, WebhookOptions> Webhooks { get; } = new Dictionary<string, WebhookOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lists of recipients by a name of their own; needs <see cref="Smtp"/>.</summary>
    public IDictionary<string, MailOptions> Mail { get; } = new Dictionary<string, MailOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The server that takes mail.</summary>
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>How messages are delivered.</summary>
    public DeliveryOptions Delivery { get; set; } = new();

    internal IEnumerable<TimeSpan> RemindersInUse => Reminders ?? [TimeSpan.FromDays(1), TimeSpan.FromDays(3)];

    internal IEnumerable<TimeSpan> ExpiryWarningsInUse => ExpiryWarnings ?? [TimeSpan.FromDays(1), TimeSpan.FromHours(2)];

    internal IEnumerable<NoticeKind> InPortalInUse => InPortal ?? [.. NoticeKinds.All];
}

/// <summary>What a channel is told.</summary>
public abstract class ChannelOptions
{
    /// <summary>The kinds of notices; all about approvals where not set.</summary>
    public IList<NoticeKind>? Events { get; set; }

    /// <summary>The pipelines, with <c>*</c> for anything; all where not set.</summary>
    public IList<string>? Pipelines { get; set; }
}

/// <summary>The sort of payload that a webhook takes.</summary>
public enum WebhookFormat
{
    /// <summary>Slack's incoming webhooks, and what is compatible with them.</summary>
    Slack,

    /// <summary>Workflows of Microsoft Teams: an adaptive card.</summary>
    Teams,

    /// <summary>The notice as plain JSON.</summary>
    Json,
}

/// <summary>A webhook.</summary>
public sealed class WebhookOptions : ChannelOptions
{
    /// <summary>Where messages are posted. Whoever knows it can post: it is a secret.</summary>
    public string Url { get; set; } = "";

    public WebhookFormat Format { get; set; }
}

/// <summary>Recipients of mail.</summary>
public sealed class MailOptions : ChannelOptions
{
    /// <summary>Addresses; each message goes to all of them.</summary>
    public IList<string> To { get; } = [];
}

/// <summary>How the connection to the mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>STARTTLS, and no mail where the server has none.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>None: for a server on the same machine or network.</summary>
    None,
}

/// <summary>The server that takes mail.</summary>
public sealed class SmtpOptions
{
    public string Host { get; set; } = "";

    public int Port { get; set; } = 587;

    public SmtpSecurity Security { get; set; }

    public string UserName { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>Who sends: an address, with a name where wanted: <c>MLOps Portal &lt;mlops@example.com&gt;</c>.</summary>
    public string From { get; set; } = "";
}

/// <summary>How messages are delivered.</summary>
public sealed class DeliveryOptions
{
    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after the first failure; it doubles with each more.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>After how many attempts nobody tries any more.</summary>
    public int Attempts { get; set; } = 12;

    /// <summary>How long notices are kept.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(90);
}
