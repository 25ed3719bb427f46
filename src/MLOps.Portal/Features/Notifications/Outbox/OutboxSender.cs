using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLOps.Portal.Features.Notifications.Channels;
using MLOps.Portal.Features.Notifications.Settings;

namespace MLOps.Portal.Features.Notifications.Outbox;

/// <summary>
/// Sends what is due, tries again with growing pauses, and gives up at last where an administrator sees it. A message is sent once: only a
/// process that ends between the channel's answer and the database's leaves one that is sent again, with the same id.
/// </summary>
internal sealed partial class OutboxSender(
    OutboxStore outbox, Courier courier, NotificationStore notices, NotificationFeed feed, ChannelBook channels, IOptions<NotificationOptions> options, Data.DatabaseSetup database,
    TimeProvider time, ILogger<OutboxSender> logger) : BackgroundService
{
    private const int AtOnce = 8;

    /// <summary>Together about 12 seconds, well within the lease.</summary>
    private const int WriteAttempts = 7;

    /// <summary>How long another instance's news may stay unseen.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tidying = TimeSpan.FromHours(6);

    private DateTimeOffset tidiedAt;
    private long newest;

    private DeliveryOptions Delivery => options.Value.Delivery;

    /// <summary>Longer than an attempt can take, the database's word included: two instances never send the same at once.</summary>
    private TimeSpan Lease => Delivery.Timeout + TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var coming = feed.Next;
            try
            {
                await TidyAsync(stoppingToken);
                await HearOthersAsync(stoppingToken);
                if (channels.All.Count == 0 || !await SendDueAsync(stoppingToken))
                    await Task.WhenAny(coming, Task.Delay(await PauseAsync(stoppingToken), time, stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is DbException or DbUpdateException or InvalidOperationException)
            {
                Log.Failed(logger, fault);
                await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Sends what is due; false where nothing was.</summary>
    internal async Task<bool> SendDueAsync(CancellationToken stopping)
    {
        var due = await outbox.ClaimAsync(Lease, AtOnce, stopping);
        await Task.WhenAll(due.Select(d => SendAsync(d, stopping)));
        return due.Count > 0;
    }

    private async Task SendAsync(ClaimedDelivery due, CancellationToken stopping)
    {
        var (delivery, notice) = due;
        try
        {
            await courier.BringAsync(delivery.Channel, delivery.Id, notice, stopping);
            // The message is out: that is written down even while the portal stops.
            await WriteDownAsync(() => outbox.SentAsync(delivery.Id, CancellationToken.None));
            Log.Sent(logger, notice.Kind, delivery.Channel);
        }
        catch (DeliveryException refused)
        {
            var attempts = delivery.Attempts + 1;
            if (refused.IsFinal || attempts >= Delivery.Attempts)
            {
                await WriteDownAsync(() => outbox.GiveUpAsync(delivery.Id, refused.Message, CancellationToken.None));
                Log.GaveUp(logger, notice.Kind, delivery.Channel, attempts, refused.Message);
                return;
            }
            var pause = Backoff.Pause(attempts, Delivery.FirstPause, Delivery.LongestPause, refused.RetryAfter, Random.Shared.NextDouble());
            await WriteDownAsync(() => outbox.TryLaterAsync(delivery.Id, time.GetUtcNow() + pause, refused.Message, CancellationToken.None));
            Log.Later(logger, notice.Kind, delivery.Channel, attempts, pause.TotalSeconds, refused.Message);
        }
    }

    /// <summary>What became of a message is written with some patience: what is not written is sent once more when the lease ends.</summary>
    private async Task WriteDownAsync(Func<Task> write)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await write();
                return;
            }
            catch (DbException fault) when (attempt < WriteAttempts)
            {
                Log.NotWritten(logger, attempt, fault);
                await Task.Delay(TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt)), time, CancellationToken.None);
            }
        }
    }

    private async Task<TimeSpan> PauseAsync(CancellationToken stopping)
    {
        if (channels.All.Count == 0 || await outbox.NextDueAsync(stopping) is not { } next)
            return Look;
        var wait = next - time.GetUtcNow();
        return wait > Look ? Look : wait > TimeSpan.FromMilliseconds(50) ? wait : TimeSpan.FromMilliseconds(50);
    }

    /// <summary>Bells of this instance ring for what another one wrote.</summary>
    private async Task HearOthersAsync(CancellationToken stopping)
    {
        var last = await notices.NewestAsync(stopping);
        if (Interlocked.Exchange(ref newest, last) != last)
            feed.Ring();
    }

    private async Task TidyAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        if (now - tidiedAt < Tidying)
            return;
        await notices.ForgetAsync(now - Delivery.Keep, stopping);
        tidiedAt = now;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} sent to {Channel}")]
        public static partial void Sent(ILogger logger, NoticeKind kind, string channel);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} did not reach {Channel} at attempt {Attempts}, again in {Seconds:0} s: {Reason}")]
        public static partial void Later(ILogger logger, NoticeKind kind, string channel, int attempts, double seconds, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} was given up for {Channel} after {Attempts} attempts: {Reason}")]
        public static partial void GaveUp(ILogger logger, NoticeKind kind, string channel, int attempts, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "What became of a message is not written down at attempt {Attempt}")]
        public static partial void NotWritten(ILogger logger, int attempt, Exception fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "Messages cannot be delivered now")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
