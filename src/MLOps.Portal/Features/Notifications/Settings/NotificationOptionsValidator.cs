using Microsoft.Extensions.Options;
using MimeKit;

namespace MLOps.Portal.Features.Notifications.Settings;

/// <summary>Finds everything that is wrong with the section <c>Notifications</c>. It repeats no address of a webhook: they are secrets.</summary>
internal sealed class NotificationOptionsValidator : IValidateOptions<NotificationOptions>
{
    private const int MostAttempts = 100;
    private const int LongestName = 60;

    /// <summary>What was forgotten would be announced again: longer than CodePipeline's longest approval, 86,400 minutes.</summary>
    private static readonly TimeSpan LeastKept = TimeSpan.FromDays(61);

    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        List<string> faults = [.. Portal(options), .. options.Webhooks.SelectMany(w => Webhook($"Notifications:Webhooks:{w.Key}", w.Key, w.Value)), .. Mail(options), .. Delivery(options.Delivery)];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Portal(NotificationOptions options)
    {
        if (options.PortalUrl.Length == 0 ? options.Webhooks.Count + options.Mail.Count > 0 : !IsWeb(options.PortalUrl))
            yield return "Notifications:PortalUrl is needed as soon as there is a webhook or mail: the address of the portal, such as https://mlops.example.com.";
        foreach (var reminder in options.RemindersInUse.Where(r => r <= TimeSpan.Zero))
            yield return $"Notifications:Reminders holds {reminder}; a reminder comes after a time, such as 1.00:00:00 for a day.";
        foreach (var warning in options.ExpiryWarningsInUse.Where(w => w <= TimeSpan.Zero))
            yield return $"Notifications:ExpiryWarnings holds {warning}; a warning comes before the end, such as 02:00:00 for two hours.";
        foreach (var fault in Kinds("Notifications:InPortal", options.InPortal))
            yield return fault;
    }

    private static IEnumerable<string> Webhook(string at, string name, WebhookOptions webhook)
    {
        if (!IsWeb(webhook.Url))
            yield return $"{at}:Url is no address of the web.";
        else if (new Uri(webhook.Url) is { Scheme: "http", IsLoopback: false })
            yield return $"{at}:Url begins with http:; a webhook's address is a secret and needs https: unless it is on this machine.";
        foreach (var fault in Channel(at, name, webhook))
            yield return fault;
    }

    private static IEnumerable<string> Mail(NotificationOptions options)
    {
        if (options.Mail.Count == 0)
            yield break;
        if (options.Smtp.Host.Length == 0)
            yield return "Notifications:Smtp:Host is needed for mail: the name of the server.";
        if (options.Smtp.Port is < 1 or > 65535)
            yield return $"Notifications:Smtp:Port is {options.Smtp.Port}; it must be between 1 and 65535.";
        if (!MailboxAddress.TryParse(options.Smtp.From, out _))
            yield return $"Notifications:Smtp:From is '{options.Smtp.From}', which is no mail address.";
        if (options.Smtp is { UserName.Length: > 0, Security: SmtpSecurity.None } && options.Smtp.Host is not ("localhost" or "127.0.0.1" or "::1"))
            yield return "Notifications:Smtp:Security is None with a user name: the password would cross the network for all to read.";
        foreach (var (name, mail) in options.Mail)
        {
            if (mail.To.Count == 0)
                yield return $"Notifications:Mail:{name}:To names nobody.";
            foreach (var address in mail.To.Where(to => !MailboxAddress.TryParse(to, out var parsed) || !parsed.Address.Contains('@', StringComparison.Ordinal)))
                yield return $"Notifications:Mail:{name}:To holds '{address}', which is no mail address.";
            foreach (var fault in Channel($"Notifications:Mail:{name}", name, mail))
                yield return fault;
        }
    }

    private static IEnumerable<string> Channel(string at, string name, ChannelOptions channel)
    {
        if (name.Length > LongestName)
            yield return $"{at}: the name has {name.Length} characters; at most {LongestName} fit.";
        if (channel.Pipelines is { Count: 0 })
            yield return $"{at}:Pipelines is empty; leave it out for all pipelines.";
        foreach (var fault in Kinds($"{at}:Events", channel.Events))
            yield return fault;
    }

    private static IEnumerable<string> Kinds(string at, IList<NoticeKind>? kinds) =>
        (kinds ?? []).Where(k => !NoticeKinds.All.Contains(k)).Select(k => $"{at} holds '{k}'; it may hold {string.Join(", ", NoticeKinds.All)}.");

    private static IEnumerable<string> Delivery(DeliveryOptions delivery)
    {
        if (delivery.Timeout < TimeSpan.FromMilliseconds(100) || delivery.Timeout > TimeSpan.FromMinutes(1))
            yield return $"Notifications:Delivery:Timeout is {delivery.Timeout}; it must be between 00:00:00.1 and 00:01:00.";
        if (delivery.FirstPause <= TimeSpan.Zero || delivery.LongestPause < delivery.FirstPause || delivery.LongestPause > TimeSpan.FromDays(1))
            yield return "Notifications:Delivery:FirstPause must be more than nothing, and LongestPause between it and one day.";
        if (delivery.Attempts is < 1 or > MostAttempts)
            yield return $"Notifications:Delivery:Attempts is {delivery.Attempts}; it must be between 1 and {MostAttempts}.";
        if (delivery.Keep < LeastKept)
            yield return $"Notifications:Delivery:Keep is {delivery.Keep}; an approval can wait for 60 days, so that it must be at least {LeastKept.Days} days.";
    }

    private static bool IsWeb(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
