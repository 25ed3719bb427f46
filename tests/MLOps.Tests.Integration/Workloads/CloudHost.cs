using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.Workloads;

/// <summary>A local cloud on a free port with state of its own; it can be started again over the same state.</summary>
public class CloudHost : IAsyncLifetime
{
    public static readonly Scope Scope = new("123456789012", "us-east-1");
    private readonly string state = Path.Combine(Path.GetTempPath(), "mlops-" + Guid.NewGuid().ToString("n"));
    private WebApplication app = null!;

    public string Role => Scope.GlobalArn("iam", "role/workload");

    public ICloudCaller Caller => app.Services.GetRequiredService<ICloudCaller>();

    public IServiceProvider Services => app.Services;

    public Uri Url => new(app.Urls.First());

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await CallAsync("iam", "CreateRole", new JsonObject
        {
            ["RoleName"] = "workload",
            ["AssumeRolePolicyDocument"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","codebuild.amazonaws.com","codepipeline.amazonaws.com"]},"Action":"sts:AssumeRole"}]}""",
        });
        await CallAsync("s3", "CreateBucket", new JsonObject { ["Bucket"] = "work" });
        await CallAsync("s3", "PutBucketVersioning", new JsonObject { ["Bucket"] = "work", ["VersioningConfiguration"] = new JsonObject { ["Status"] = "Enabled" } });
    }

    /// <param name="between">Does to the state's folder what an abrupt end would have left there.</param>
    public async Task RestartAsync(Action<string>? between = null)
    {
        await app.StopAsync();
        await app.DisposeAsync();
        between?.Invoke(state);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(state, recursive: true);
    }

    public Task<JsonObject> CallAsync(string service, string operation, JsonObject input) => Caller.CallAsync(Scope, service, operation, input);

    public async Task<string> CallAsync(string service, string operation, JsonObject input, string body)
    {
        var answer = await Caller.CallAsync(new OperationCall(service, operation, Scope, input) { Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body)), Principal = Scope.GlobalArn("iam", "root") });
        return answer.Body is null ? "" : await new StreamReader(answer.Body).ReadToEndAsync();
    }

    public Task PutAsync(string key, byte[] content) => Caller.CallAsync(new OperationCall("s3", "PutObject", Scope, new JsonObject { ["Bucket"] = "work", ["Key"] = key })
    {
        Body = new MemoryStream(content),
        Principal = Scope.GlobalArn("iam", "root"),
    });

    public async Task CreateFunctionAsync(string name, string code, Action<JsonObject>? with = null)
    {
        var input = new JsonObject
        {
            ["FunctionName"] = name,
            ["Runtime"] = "python3.12",
            ["Role"] = Role,
            ["Handler"] = "index.handler",
            ["Timeout"] = 30,
            ["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(Zip(("index.py", code))) },
        };
        with?.Invoke(input);
        await CallAsync("lambda", "CreateFunction", input);
    }

    public async Task<IReadOnlyList<string>> LogAsync(string group)
    {
        try
        {
            var lines = new List<string>();
            foreach (var stream in (await CallAsync("logs", "DescribeLogStreams", new JsonObject { ["logGroupName"] = group })).Objects("logStreams"))
            {
                var read = new JsonObject { ["logGroupName"] = group, ["logStreamName"] = stream.Required("logStreamName"), ["startFromHead"] = true };
                lines.AddRange((await CallAsync("logs", "GetLogEvents", read)).Objects("events").Select(e => e.Required("message")));
            }
            return lines;
        }
        catch (AwsException e) when (e.Code == "ResourceNotFoundException")
        {
            return [];
        }
    }

    /// <summary>Asks until the answer is there; fails with the last answer after the deadline.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> good, int seconds = 40)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (good(answer))
                return answer;
            if (clock.Elapsed > TimeSpan.FromSeconds(seconds))
                throw new TimeoutException($"After {seconds} s still: {(answer is IEnumerable<string> lines ? string.Join('\n', lines) : answer)}");
            await Task.Delay(50);
        }
    }

    public static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(System.Text.Encoding.UTF8.GetBytes(content));
            }
        return memory.ToArray();
    }

    /// <summary>Settings of a test's own.</summary>
    protected virtual void Configure(LocalCloudOptions options)
    {
    }

    /// <summary>Services of a test's own, after all others.</summary>
    protected virtual void Configure(IServiceCollection services)
    {
    }

    private async Task StartAsync()
    {
        var options = new LocalCloudOptions { Port = 0, StateFolder = state, FunctionRetrySeconds = [0.1, 0.1], ContinuationSeconds = 0.1 };
        Configure(options);
        app = LocalCloudApplication.Build(options, builder => Configure(builder.Services));
        await app.StartAsync();
    }
}
