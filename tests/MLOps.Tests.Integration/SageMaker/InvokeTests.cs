using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.SageMakerRuntime;

namespace MLOps.Tests.Integration.SageMaker;

public sealed class InvokeTests : IAsyncLifetime
{
    private SageMakerCloud cloud = null!;

    public async ValueTask InitializeAsync()
    {
        cloud = await SageMakerCloud.StartAsync();
        await cloud.ModelAsync("iris", "iris");
        await cloud.CallAsync("CreateEndpointConfig", new()
        {
            ["EndpointConfigName"] = "iris",
            ["ProductionVariants"] = new JsonArray(new JsonObject
            {
                ["VariantName"] = "Main", ["ModelName"] = "iris", ["InitialInstanceCount"] = 1, ["InstanceType"] = "ml.m5.large",
            }),
            ["DataCaptureConfig"] = new JsonObject
            {
                ["EnableCapture"] = true,
                ["InitialSamplingPercentage"] = 100,
                ["DestinationS3Uri"] = "s3://data/captured",
                ["CaptureOptions"] = new JsonArray(new JsonObject { ["CaptureMode"] = "Input" }, new JsonObject { ["CaptureMode"] = "Output" }),
            },
        });
        await cloud.CallAsync("CreateEndpoint", new() { ["EndpointName"] = "iris", ["EndpointConfigName"] = "iris" });
        await cloud.StatusAsync("iris", "InService");
    }

    public async ValueTask DisposeAsync() => await cloud.DisposeAsync();

    [Fact]
    public async Task Invoke_Request_PassesHeadersAndBytesAndIsMeasuredAndCaptured()
    {
        var from = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var (body, output) = await cloud.InvokeAsync("iris", "é,1", new() { ["ContentType"] = "text/csv", ["CustomAttributes"] = "logistic" });

        body.Should().Be("iris|é,1");
        output.Text("ContentType").Should().Be("text/csv");
        output.Text("CustomAttributes").Should().Be("logistic");
        output.Text("InvokedProductionVariant").Should().Be("Main");
        Total("Invocations", from).Should().Be((1, 1L));
        Total("InvocationsPerInstance", from).Should().Be((1, 1L));
        Total("Invocation4XXErrors", from).Should().Be((0, 1L));
        Total("ModelLatency", from).Sum.Should().BePositive();
        var captured = await CapturedAsync();
        captured.Object("captureData")!.Object("endpointInput")!.Text("data").Should().Be("é,1");
        captured.Object("captureData")!.Object("endpointOutput")!.Text("encoding").Should().Be("CSV");
    }

    [Fact]
    public async Task Invoke_TargetModelOfAnEndpointWithOneModel_IsRefusedInAwsWords()
    {
        var invoke = () => cloud.InvokeAsync("iris", "1", new() { ["TargetModel"] = "other.tar.gz" });
        (await invoke.Should().ThrowAsync<AwsException>()).Which.Message.Should().Be("Endpoint iris is not a multi-model endpoint and does not support target model header.");
    }

    [Fact]
    public async Task Invoke_ModelRefuses_IsAModelErrorWithItsStatusAndText()
    {
        var from = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var refused = await cloud.InvokeRefusedAsync("iris", "status:415");

        refused.Code.Should().Be("ModelError");
        refused.Status.Should().Be(424);
        refused.Members["OriginalStatusCode"]!.GetValue<int>().Should().Be(415);
        refused.Members["OriginalMessage"]!.GetValue<string>().Should().Be("no good");
        refused.Members["LogStreamArn"]!.GetValue<string>().Should().Be("arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/Endpoints/iris");
        refused.Message.Should().StartWith("Received client error (415) from primary with message \"no good\"");
        (await cloud.InvokeRefusedAsync("iris", "status:500")).Message.Should().StartWith("Received server error (500)");
        Total("Invocation4XXErrors", from).Sum.Should().Be(1);
        Total("Invocation5XXErrors", from).Sum.Should().Be(1);
    }

    [Fact]
    public async Task Invoke_WhatCannotBe_IsRefusedAsAwsDoes()
    {
        var unknown = await cloud.InvokeRefusedAsync("nothing", "1");
        unknown.Code.Should().Be("ValidationError");
        unknown.Message.Should().Be("Endpoint nothing of account 123456789012 not found.");
        (await cloud.InvokeRefusedAsync("iris", "1", new() { ["TargetVariant"] = "Other" })).Message.Should().Be("Variant Other not found for Endpoint iris.");
        var large = await cloud.InvokeRefusedAsync("iris", new string('x', Invoker.LargestBody + 1));
        large.Code.Should().Be("ValidationError");
        large.Message.Should().Contain("6291456");
    }

    [Fact]
    public async Task InvokeWithResponseStream_Request_AnswersInParts()
    {
        var answer = await cloud.Get<ICloudCaller>().CallAsync(
            new OperationCall("sagemaker-runtime", "InvokeEndpointWithResponseStream", SageMakerCloud.Scope, new() { ["EndpointName"] = "iris" })
            {
                Body = new MemoryStream("x"u8.ToArray()),
            });
        var text = new StringBuilder();
        await foreach (var part in answer.Events!)
            text.Append(Encoding.UTF8.GetString(part.Payload.Span));

        text.ToString().Should().Be("iris|x");
    }

    private (double Sum, long Count) Total(string name, DateTimeOffset from) => cloud.Get<IMetricStore>().Total(
        SageMakerCloud.Scope, "AWS/SageMaker", name, [("EndpointName", "iris"), ("VariantName", "Main")], from, from.AddHours(1));

    private async Task<JsonObject> CapturedAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var found = await cloud.CallAsync("s3", "ListObjectsV2", new() { ["Bucket"] = SageMakerCloud.Bucket, ["Prefix"] = "captured/iris/Main/" });
            if (found.Objects("Contents").FirstOrDefault() is { } file)
                return (JsonObject)JsonNode.Parse(await cloud.GetAsync(file.Required("Key")))!;
            await Task.Delay(50, limit.Token);
        }
    }
}
