using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services;
using MLOps.LocalCloud.Services.CloudWatch;
using MLOps.LocalCloud.Services.Logs;
using MLOps.LocalCloud.Services.S3;
using MLOps.LocalCloud.State;

namespace MLOps.Tests.Unit.Data;

/// <summary>The data services over a folder of their own, called as other services call them.</summary>
internal sealed class DataCloud : IAsyncDisposable
{
    public static readonly Scope Scope = new("123456789012", "us-east-1");
    private readonly string folder;
    private readonly bool owner;
    private readonly ServiceProvider services;

    public DataCloud(string? folder = null)
    {
        owner = folder is null;
        this.folder = folder ?? Directory.CreateTempSubdirectory("data-").FullName;
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(Options.Create(new LocalCloudOptions { StateFolder = this.folder }))
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<StateFolder>().AddSingleton<DocumentStore>().AddSingleton<CloudEventBus>()
            .AddProtocol().AddS3().AddLogs().AddCloudWatch().AddMessaging()
            .BuildServiceProvider();
        Events = services.GetRequiredService<CloudEventBus>();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2025, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public CloudEventBus Events { get; }

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>The same state opened again by other services, as after an abrupt end: nothing is stopped or flushed first.</summary>
    public DataCloud Reopen() => new(folder);

    public async Task<JsonObject> CallAsync(string service, string operation, JsonObject input, string? body = null) =>
        (await AnswerAsync(service, operation, input, body)).Output;

    public Task<OperationAnswer> AnswerAsync(string service, string operation, JsonObject input, string? body = null, Dictionary<string, string>? trailers = null) =>
        Get<ICloudCaller>().CallAsync(new OperationCall(service, operation, Scope, input)
        {
            Body = body is null ? Stream.Null : new MemoryStream(Encoding.UTF8.GetBytes(body)),
            Trailers = trailers ?? [],
        });

    public async Task<string> ErrorAsync(string service, string operation, JsonObject input, string? body = null) =>
        (await ((Func<Task>)(() => CallAsync(service, operation, input, body))).Should().ThrowAsync<AwsException>()).Which.Code;

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (owner)
            Directory.Delete(folder, recursive: true);
    }
}
