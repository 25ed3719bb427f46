using System.IO.Enumeration;
using Microsoft.Extensions.Options;
using MLOps.Portal.Features.Notifications.Channels;
using MLOps.Portal.Features.Notifications.Settings;

namespace MLOps.Portal.Features.Notifications;

/// <summary>Knows every channel of the configuration, and which of them is told what.</summary>
internal sealed class ChannelBook
{
    private readonly List<(IChannel Channel, ChannelOptions Options)> channels;

    public ChannelBook(IOptions<NotificationOptions> options, IHttpClientFactory http)
    {
        var settings = options.Value;
        channels =
        [
            .. settings.Webhooks.Select(w => ((IChannel)new WebhookChannel(w.Key, w.Value, http), (ChannelOptions)w.Value)),
            .. settings.Mail.Select(m => ((IChannel)new MailChannel(m.Key, m.Value, settings.Smtp), (ChannelOptions)m.Value)),
        ];
    }

    public IReadOnlyList<IChannel> All => [.. channels.Select(c => c.Channel)];

    public IChannel? Find(string id) => channels.Find(c => c.Channel.Id == id).Channel;

    /// <summary>The ids of the channels that are told of it.</summary>
    public IReadOnlyList<string> For(Notice notice) =>
    [
        .. from entry in channels
           where entry.Options.Events?.Contains(notice.Kind) ?? NoticeKinds.AboutApprovals.Contains(notice.Kind)
           where entry.Options.Pipelines is null || entry.Options.Pipelines.Any(p => FileSystemName.MatchesSimpleExpression(p, notice.Pipeline))
           select entry.Channel.Id,
    ];
}
