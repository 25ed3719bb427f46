using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MLOps.Portal.Features.Notifications.Settings;

namespace MLOps.Portal.Features.Notifications.Channels;

/// <summary>Sends mail over SMTP, as plain text.</summary>
internal sealed class MailChannel(string name, MailOptions options, SmtpOptions smtp) : IChannel
{
    public string Id => $"mail:{name}";

    public string About => $"Mail to {string.Join(", ", options.To)}";

    public async Task SendAsync(Message message, CancellationToken cancelled)
    {
        using var mail = Compose(message);
        using var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(smtp.Host, smtp.Port, Security(smtp.Security), cancelled);
            if (smtp.UserName.Length > 0)
                await client.AuthenticateAsync(smtp.UserName, smtp.Password, cancelled);
            await client.SendAsync(mail, cancelled);
            await client.DisconnectAsync(quit: true, CancellationToken.None);
        }
        catch (SmtpCommandException refused)
        {
            // 4xx passes, 5xx does not: RFC 5321, 4.2.1.
            throw new DeliveryException($"The mail server answered {(int)refused.StatusCode}: {refused.Message}", isFinal: (int)refused.StatusCode >= 500);
        }
        catch (AuthenticationException)
        {
            throw new DeliveryException("The mail server refuses the user name or password.");
        }
        catch (SslHandshakeException)
        {
            throw new DeliveryException("The mail server's certificate or TLS is refused.");
        }
        catch (Exception fault) when (fault is SocketException or IOException or ProtocolException or NotSupportedException or ServiceNotConnectedException)
        {
            throw new DeliveryException($"The mail server cannot be reached or broke off: {fault.Message}");
        }
    }

    private MimeMessage Compose(Message message)
    {
        var from = MailboxAddress.Parse(smtp.From);
        var text = new StringBuilder().AppendLine(message.Text).AppendLine();
        foreach (var fact in message.Facts)
            text.AppendLine($"{fact.Name}: {fact.Value}");
        text.AppendLine().AppendLine($"{Payloads.LinkText(message.Kind)}:").AppendLine(message.Link.AbsoluteUri);
        var mail = new MimeMessage { Subject = message.Title, Date = message.At, Body = new TextPart("plain") { Text = text.ToString() } };
        mail.From.Add(from);
        mail.To.AddRange(options.To.Select(MailboxAddress.Parse));
        // The same at every attempt: mail programs show a repetition once.
        mail.MessageId = $"{message.Id}@{from.Domain}";
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return mail;
    }

    private static SecureSocketOptions Security(SmtpSecurity security) => security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
