using System.Text.Json;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Values;
using MLOps.Portal.Features.Notifications.Channels;
using MLOps.Portal.Features.Notifications.Settings;

namespace MLOps.Portal.Features.Notifications.Outbox;

/// <summary>Brings one message to one channel, within the time that an attempt may take.</summary>
internal sealed class Courier(ChannelBook channels, IOptions<NotificationOptions> options, TimeProvider time)
{
    private static readonly Dictionary<string, string> NoFacts = [];

    /// <exception cref="DeliveryException">The channel did not take it.</exception>
    public Task BringAsync(string channel, long delivery, NotificationRow notice, CancellationToken cancelled)
    {
        var facts = JsonSerializer.Deserialize<Dictionary<string, string>>(notice.Facts) ?? NoFacts;
        return SendAsync(channel, new Message($"mlops-{notice.Id}-{delivery}", notice.Kind, notice.Title, notice.Text, Link(notice.Path), notice.At,
            facts.Select(f => new Setting(f.Key, f.Value)).ToValueList()), cancelled);
    }

    /// <summary>Sends the message by which an administrator tries a channel.</summary>
    /// <exception cref="DeliveryException">The channel did not take it.</exception>
    public Task TryOutAsync(string channel, string person, CancellationToken cancelled = default) => SendAsync(channel, new Message(
        $"mlops-test-{Guid.NewGuid():n}", NoticeKind.Test, "MLOps Portal can reach this channel", $"{person} tried it. Nothing else happened.", Link("/notifications"), time.GetUtcNow(), []), cancelled);

    private async Task SendAsync(string channel, Message message, CancellationToken cancelled)
    {
        var way = channels.Find(channel) ?? throw new DeliveryException("The configuration has this channel no more.", isFinal: true);
        using var limit = new CancellationTokenSource(options.Value.Delivery.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancelled, limit.Token);
        try
        {
            await way.SendAsync(message, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancelled.IsCancellationRequested)
        {
            throw new DeliveryException($"No answer within {options.Value.Delivery.Timeout.TotalSeconds:0.#} s.");
        }
    }

    private Uri Link(string path) => new(options.Value.PortalUrl.TrimEnd('/') + path);
}
