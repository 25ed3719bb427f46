using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.Protocol;

/// <summary>The protocol layer over HTTP with a few operations that a test steers.</summary>
public sealed class FrontHost : IAsyncLifetime, IOperations
{
    private WebApplication? app;

    public HttpClient Http { get; private set; } = null!;

    public ICloudCaller Caller => app!.Services.GetRequiredService<ICloudCaller>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Services.AddSingleton(Options.Create(new LocalCloudOptions())).AddSingleton(TimeProvider.System);
        builder.Services.AddProtocol().AddSingleton<IOperations>(this);
        app = builder.Build();
        app.UseProtocol();
        await app.StartAsync();
        Http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app!.StopAsync();
        await app.DisposeAsync();
    }

    public void Map(OperationMap map) => map
        .On("sagemaker", "DescribeTrainingJob", call => call.Input.Required("TrainingJobName") switch
        {
            "missing" => throw new AwsException("ResourceNotFound", "Could not find it."),
            "bug" => throw new InvalidOperationException("a secret of the inside"),
            var name => new JsonObject { ["TrainingJobName"] = name, ["CreationTime"] = 1_700_000_000.5, ["FailureReason"] = null, ["Unknown"] = 1 },
        })
        .On("sqs", "GetQueueUrl", _ => Refuse("QueueDoesNotExist", "The specified queue does not exist."))
        .On("cloudwatch", "PutMetricData", call => call.Input.Objects("MetricData").Any() ? [] : throw new AwsException("MissingParameter", "The parameter MetricData is required."))
        .On("iam", "GetRole", call => Refuse("NoSuchEntity", $"The role with name {call.Input.Text("RoleName")} cannot be found.", 404))
        .On("s3", "GetObject", _ => Refuse("NoSuchKey", "The specified key does not exist.", 404))
        .On("s3", "HeadObject", _ => Refuse("NoSuchKey", "The specified key does not exist.", 404))
        .On("s3", "PutObject", PutObjectAsync)
        .On("sagemaker-runtime", "InvokeEndpoint", InvokeAsync)
        .On("sagemaker-runtime", "InvokeEndpointWithResponseStream", call => Task.FromResult(new OperationAnswer([]) { Events = EventsAsync() }))
        .On("lambda", "ListFunctions", call => new JsonObject { ["NextMarker"] = call.Input["MaxItems"]?.ToJsonString() });

    private static JsonObject Refuse(string code, string message, int status = 400) =>
        throw new AwsException(code, message, status)
        {
            Members = new() { ["Key"] = "k" }, QueryCode = code == "QueueDoesNotExist" ? "AWS.SimpleQueueService.NonExistentQueue" : null,
        };

    private static async Task<OperationAnswer> PutObjectAsync(OperationCall call)
    {
        using var reader = new StreamReader(call.Body);
        return new JsonObject { ["ETag"] = await reader.ReadToEndAsync(call.Cancelled), ["ChecksumCRC32"] = call.Trailers.GetValueOrDefault("ChecksumCRC32") };
    }

    private static async Task<OperationAnswer> InvokeAsync(OperationCall call)
    {
        if (call.Input.Text("TargetVariant") == "broken")
        {
            throw new AwsException("ModelError", "Received server error (500) from primary.")
            {
                Members = new() { ["OriginalStatusCode"] = 500, ["OriginalMessage"] = "no", ["LogStreamArn"] = "arn" },
            };
        }
        var body = new MemoryStream();
        await call.Body.CopyToAsync(body, call.Cancelled);
        body.Position = 0;
        return new OperationAnswer(new JsonObject { ["ContentType"] = "text/csv", ["CustomAttributes"] = "line\r\nbreak é" }) { Body = body };
    }

    private static async IAsyncEnumerable<StreamEvent> EventsAsync()
    {
        yield return new StreamEvent("PayloadPart", Encoding.UTF8.GetBytes("part"));
        await Task.Yield();
        throw new AwsException("ModelStreamError", "it broke");
    }
}
