using System.Buffers;
using System.Collections.Concurrent;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace MLOps.Tests.Integration.Notifications;

/// <summary>A mail server on a free port that keeps what it takes.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly Task running;

    private MailSink(int port)
    {
        Port = port;
        var services = new ServiceProvider();
        services.Add(new Store(this));
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(e => e.Endpoint(new(System.Net.IPAddress.Loopback, port))).Build();
        running = new SmtpServer.SmtpServer(options, services).StartAsync(ending.Token);
    }

    public int Port { get; }

    public ConcurrentQueue<MimeMessage> Taken { get; } = new();

    /// <summary>Says what the server answers to a message.</summary>
    public Func<SmtpResponse> Answer { get; set; } = () => SmtpResponse.Ok;

    public static MailSink Start() => new(PortalProcess.FreePort());

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private sealed class Store(MailSink sink) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            var answer = sink.Answer();
            if ((int)answer.ReplyCode < 300)
                sink.Taken.Enqueue(await MimeMessage.LoadAsync(new MemoryStream(buffer.ToArray()), cancellationToken));
            return answer;
        }
    }
}
