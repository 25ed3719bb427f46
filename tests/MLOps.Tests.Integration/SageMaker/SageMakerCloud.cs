using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

/// <summary>A local cloud on a folder and a port of its own, with one small image whose program a test steers by hyperparameters.</summary>
internal sealed class SageMakerCloud : IAsyncDisposable
{
    public const string Image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tiny:latest";
    public const string Role = "arn:aws:iam::123456789012:role/trainer";
    public const string Bucket = "data";
    public static readonly Scope Scope = new("123456789012", "us-east-1");

    private const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";

    private readonly string folder;
    private readonly string runner;
    private bool running = true;

    private SageMakerCloud(string folder, string runner, WebApplication app) => (this.folder, this.runner, App) = (folder, runner, app);

    public WebApplication App { get; private set; }

    public string StateFolder => Path.Combine(folder, "state");

    /// <param name="runner">How images run.</param>
    /// <param name="tiny">Whether the one image is <see cref="TinyImage"/>; else images are those of the local cloud's own store.</param>
    public static async Task<SageMakerCloud> StartAsync(string runner = "auto", bool tiny = true)
    {
        var folder = Directory.CreateTempSubdirectory("sagemaker-").FullName;
        if (tiny)
            TinyImage.WriteTo(Path.Combine(folder, "image"));
        var cloud = new SageMakerCloud(folder, runner, await RunAsync(folder, runner));
        await cloud.CallAsync("s3", "CreateBucket", new() { ["Bucket"] = Bucket });
        await cloud.PutAsync("iris/train/rows.csv", "1,2,3\n");
        await cloud.CallAsync("iam", "CreateRole", new() { ["RoleName"] = "trainer", ["AssumeRolePolicyDocument"] = Trust });
        return cloud;
    }

    /// <summary>Stops the local cloud and starts it again on the same state.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        App = await RunAsync(folder, runner);
        running = true;
    }

    /// <summary>Stops the local cloud and leaves its state.</summary>
    public async Task EndAsync()
    {
        if (!running)
            return;
        running = false;
        await App.StopAsync();
        await App.DisposeAsync();
    }

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public Task<JsonObject> CallAsync(string service, string operation, JsonObject input) => Get<ICloudCaller>().CallAsync(Scope, service, operation, input);

    public Task<JsonObject> CallAsync(string operation, JsonObject input) => CallAsync("sagemaker", operation, input);

    public async Task<AwsException> RefusedAsync(string operation, JsonObject input) =>
        (await ((Func<Task>)(() => CallAsync(operation, input))).Should().ThrowAsync<AwsException>()).Which;

    public Task PutAsync(string key, string content) => PutAsync(key, Encoding.UTF8.GetBytes(content));

    public Task PutAsync(string key, byte[] content) => Get<ICloudCaller>().CallAsync(
        new OperationCall("s3", "PutObject", Scope, new() { ["Bucket"] = Bucket, ["Key"] = key }) { Body = new MemoryStream(content) });

    public async Task<byte[]> GetAsync(string key)
    {
        var answer = await Get<ICloudCaller>().CallAsync(new OperationCall("s3", "GetObject", Scope, new() { ["Bucket"] = Bucket, ["Key"] = key }));
        using var copy = new MemoryStream();
        await answer.Body!.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Describes until the condition holds; fails after 30 s with the last answer.</summary>
    public Task<JsonObject> UntilAsync(string operation, JsonObject input, Func<JsonObject, bool> reached) => UntilAsync("sagemaker", operation, input, reached);

    /// <inheritdoc cref="UntilAsync(string, JsonObject, Func{JsonObject, bool})"/>
    public async Task<JsonObject> UntilAsync(string service, string operation, JsonObject input, Func<JsonObject, bool> reached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var now = await CallAsync(service, operation, (JsonObject)input.DeepClone());
            if (reached(now))
                return now;
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"{operation} still answers {now.ToJsonString()}");
            await Task.Delay(25);
        }
    }

    /// <summary>The log lines of all streams whose name begins so.</summary>
    public async Task<string[]> LogAsync(string group, string prefix)
    {
        var streams = await CallAsync("logs", "DescribeLogStreams", new() { ["logGroupName"] = group, ["logStreamNamePrefix"] = prefix });
        var lines = new List<string>();
        foreach (var stream in streams.Objects("logStreams"))
        {
            var events = await CallAsync("logs", "GetLogEvents", new()
            {
                ["logGroupName"] = group,
                ["logStreamName"] = stream.Required("logStreamName"),
                ["startFromHead"] = true,
            });
            lines.AddRange(events.Objects("events").Select(e => e.Required("message")));
        }
        return [.. lines];
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Directory.Delete(folder, true);
    }

    private static async Task<WebApplication> RunAsync(string folder, string runner)
    {
        var options = new LocalCloudOptions { Port = 0, StateFolder = Path.Combine(folder, "state"), ImageRunner = runner };
        var image = Path.Combine(folder, "image");
        var app = LocalCloudApplication.Build(options, builder =>
        {
            if (Directory.Exists(image))
                builder.Services.AddSingleton<IImageStore>(new TinyImage(image));
        });
        await app.StartAsync();
        return app;
    }
}
