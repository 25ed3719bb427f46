using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MLOps.Tests.Integration.Notifications;

/// <summary>A web server on a free port that takes what is posted, and answers as a test says.</summary>
internal sealed class HookSink : IAsyncDisposable
{
    /// <summary>The part of the address that only its owner knows.</summary>
    public const string Secret = "T0SECRET/B0HOOK/k9XyZ";

    private readonly WebApplication app;
    private int asked;

    private HookSink(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        app = builder.Build();
        app.MapPost("/{**path}", TakeAsync);
    }

    /// <summary>What was posted and answered with 200, in order.</summary>
    public ConcurrentQueue<Posted> Taken { get; } = new();

    /// <summary>Says how to answer, by the number of the request from 1: a status, or null for no answer at all.</summary>
    public Func<int, int?> Answer { get; set; } = _ => 200;

    public int Asked => Volatile.Read(ref asked);

    public string Url { get; private set; } = "";

    public static async Task<HookSink> StartAsync(int port = 0)
    {
        var sink = new HookSink(port);
        await sink.app.StartAsync();
        sink.Url = $"{sink.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}/services/{Secret}";
        return sink;
    }

    private async Task TakeAsync(HttpContext context, string path)
    {
        var number = Interlocked.Increment(ref asked);
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        if (Answer(number) is not { } status)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        if (status == 200)
            Taken.Enqueue(new Posted(path, body, context.Request.Headers["Idempotency-Key"].ToString()));
        context.Response.StatusCode = status;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    public sealed record Posted(string Path, string Body, string Key)
    {
        public JsonNode Json => JsonNode.Parse(Body)!;
    }
}
