using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.SageMaker;

public sealed class AsyncTests : IAsyncLifetime
{
    private const string Name = "later";
    private SageMakerCloud cloud = null!;
    private string queue = "";

    public async ValueTask InitializeAsync()
    {
        cloud = await SageMakerCloud.StartAsync();
        await cloud.ModelAsync(Name, Name);
        var topic = (await cloud.CallAsync("sns", "CreateTopic", new() { ["Name"] = "results" })).Required("TopicArn");
        queue = (await cloud.CallAsync("sqs", "CreateQueue", new() { ["QueueName"] = "results" })).Required("QueueUrl");
        await cloud.CallAsync("sns", "Subscribe", new()
        {
            ["TopicArn"] = topic, ["Protocol"] = "sqs", ["Endpoint"] = "arn:aws:sqs:us-east-1:123456789012:results", ["Attributes"] = new JsonObject { ["RawMessageDelivery"] = "true" },
        });
        await cloud.CallAsync("CreateEndpointConfig", Config(Name, topic));
        await cloud.CallAsync("CreateEndpoint", new() { ["EndpointName"] = Name, ["EndpointConfigName"] = Name });
        await cloud.StatusAsync(Name, "InService");
    }

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task InvokeAsync_Input_IsAnsweredInS3AndTheTopicIsTold()
    {
        var taken = await AskAsync("hello", new() { ["ContentType"] = "text/csv", ["InferenceId"] = "mine-1" });

        taken.Text("InferenceId").Should().Be("mine-1");
        taken.Text("OutputLocation").Should().StartWith("s3://data/answers/").And.EndWith(".out");
        (await FoundAsync(taken.Required("OutputLocation"))).Should().Be("later|hello");
        var notice = await HeardAsync();
        notice.Text("invocationStatus").Should().Be("Completed");
        notice.Text("inferenceId").Should().Be("mine-1");
        notice.Object("responseParameters")!.Text("outputLocation").Should().Be(taken.Text("OutputLocation"));
        Encoding.UTF8.GetString(Convert.FromBase64String(notice.Object("responseBody")!.Required("content"))).Should().Be("later|hello");
    }

    [Fact]
    public async Task InvokeAsync_ModelRefuses_LeavesAFailureThatSaysWhatItSaid()
    {
        var taken = await AskAsync("status:415");

        (await FoundAsync(taken.Required("FailureLocation"))).Should().Contain("415").And.Contain("no good");
        var notice = await HeardAsync();
        notice.Text("invocationStatus").Should().Be("Failed");
        notice.Text("failureReason").Should().Contain("no good");
    }

    [Fact]
    public async Task InvokeAsync_InputIsNotThere_LeavesAFailure()
    {
        var taken = await InvokeAsync("s3://data/nothing", []);
        (await FoundAsync(taken.Required("FailureLocation"))).Should().Contain("key does not exist");
    }

    [Fact]
    public async Task InvokeAsync_MoreThanAtOnce_AreAllAnsweredOneAfterTheOther()
    {
        var taken = new List<JsonObject>();
        var begun = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 3; i++)
            taken.Add(await AskAsync("slow"));
        foreach (var one in taken)
            (await FoundAsync(one.Required("OutputLocation"))).Should().Be("later|slow");
        TimeProvider.System.GetElapsedTime(begun).Should().BeGreaterThan(TimeSpan.FromSeconds(2.9), "one instance works on one request at a time, and each takes a second");
    }

    [Fact]
    public async Task InvokeAsync_RestartMeanwhile_IsAnsweredAfterIt()
    {
        var taken = await AskAsync("slow");
        await cloud.RestartAsync();
        (await FoundAsync(taken.Required("OutputLocation"))).Should().Be("later|slow");
    }

    [Fact]
    public async Task Invoke_OfTheOtherKindOfEndpoint_IsRefused()
    {
        (await cloud.InvokeRefusedAsync(Name, "1")).Message.Should().Contain("asynchronous").And.Contain("InvokeEndpointAsync");
        await cloud.DeployAsync("now");
        var refused = await ((Func<Task>)(() => InvokeAsync("s3://data/in", [], "now"))).Should().ThrowAsync<AwsException>();
        refused.Which.Message.Should().Contain("not an asynchronous endpoint");
    }

    [Fact]
    public async Task Describe_AsynchronousEndpoint_ShowsItsConfiguration()
    {
        var config = (await cloud.DescribeAsync(Name)).Object("AsyncInferenceConfig")!;
        config.Object("ClientConfig")!.Whole("MaxConcurrentInvocationsPerInstance").Should().Be(1);
        config.Object("OutputConfig")!.Text("S3OutputPath").Should().Be("s3://data/answers");
        var wrong = Config("wrong", "");
        wrong.Object("AsyncInferenceConfig")!.Object("OutputConfig")!["S3OutputPath"] = "https://data/answers";
        (await cloud.RefusedAsync("CreateEndpointConfig", wrong)).Code.Should().Be("ValidationException");
    }

    private static JsonObject Config(string name, string topic)
    {
        var output = new JsonObject { ["S3OutputPath"] = "s3://data/answers", ["S3FailurePath"] = "s3://data/failures" };
        if (topic.Length > 0)
            output["NotificationConfig"] = new JsonObject { ["SuccessTopic"] = topic, ["ErrorTopic"] = topic, ["IncludeInferenceResponseIn"] = new JsonArray("SUCCESS_NOTIFICATION_TOPIC") };
        return new()
        {
            ["EndpointConfigName"] = name,
            ["ProductionVariants"] = new JsonArray(new JsonObject { ["VariantName"] = "Main", ["ModelName"] = Name, ["InitialInstanceCount"] = 1, ["InstanceType"] = "ml.m5.large" }),
            ["AsyncInferenceConfig"] = new JsonObject { ["ClientConfig"] = new JsonObject { ["MaxConcurrentInvocationsPerInstance"] = 1 }, ["OutputConfig"] = output },
        };
    }

    private async Task<JsonObject> AskAsync(string body, JsonObject? more = null)
    {
        var key = $"in/{Guid.NewGuid():n}";
        await cloud.PutAsync(key, body);
        return await InvokeAsync($"s3://data/{key}", more ?? []);
    }

    private async Task<JsonObject> InvokeAsync(string input, JsonObject more, string endpoint = Name)
    {
        (more["EndpointName"], more["InputLocation"]) = (endpoint, input);
        return await cloud.CallAsync("sagemaker-runtime", "InvokeEndpointAsync", more);
    }

    private async Task<string> FoundAsync(string place)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return Encoding.UTF8.GetString(await cloud.GetAsync(place["s3://data/".Length..]));
            }
            catch (AwsException e) when (e.Status == 404)
            {
                await Task.Delay(25, limit.Token);
            }
        }
    }

    private async Task<JsonObject> HeardAsync()
    {
        var received = await cloud.UntilAsync("sqs", "ReceiveMessage", new() { ["QueueUrl"] = queue, ["WaitTimeSeconds"] = 5 }, r => r.Objects("Messages").Any());
        return (JsonObject)JsonNode.Parse(received.Objects("Messages").First().Required("Body"))!;
    }
}
