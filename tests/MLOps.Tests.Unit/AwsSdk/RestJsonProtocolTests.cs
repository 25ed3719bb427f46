using System.Text;
using Amazon.Runtime.EventStreams;
using Amazon.SageMakerRuntime;
using Amazon.SageMakerRuntime.Model;

namespace MLOps.Tests.Unit.AwsSdk;

public sealed class RestJsonProtocolTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;
    private WireServer server = null!;

    public async ValueTask InitializeAsync() => server = await WireServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task InvokeEndpoint_RoundTrip_CarriesBodyAndHeadersBothWays()
    {
        server.Answer("0\n", 200, ("Content-Type", "text/csv"), ("x-Amzn-Invoked-Production-Variant", "AllTraffic"), ("X-Amzn-SageMaker-Custom-Attributes", "algorithm=logistic"));
        using var client = Client();

        var response = await client.InvokeEndpointAsync(new InvokeEndpointRequest
        {
            EndpointName = "iris model",
            ContentType = "text/csv",
            Accept = "application/json",
            CustomAttributes = "algorithm=logistic",
            TargetVariant = "AllTraffic",
            Body = Bytes("4.6,3.1,1.5,0.2"),
        }, Cancelled);

        Encoding.UTF8.GetString(response.Body.ToArray()).Should().Be("0\n");
        response.Body.Position.Should().Be(0);
        response.ContentType.Should().Be("text/csv");
        response.InvokedProductionVariant.Should().Be("AllTraffic");
        response.CustomAttributes.Should().Be("algorithm=logistic");
        var sent = server.Requests.Should().ContainSingle().Subject;
        sent.RawPath.Should().Be("/endpoints/iris%20model/invocations");
        sent.Text.Should().Be("4.6,3.1,1.5,0.2");
        sent.Headers["Content-Type"].Should().Be("text/csv");
        sent.Headers["Accept"].Should().Be("application/json");
        sent.Headers["X-Amzn-SageMaker-Target-Variant"].Should().Be("AllTraffic");
        sent.Headers.Should().NotContainKey("X-Amzn-SageMaker-Target-Model");
    }

    [Fact]
    public async Task InvokeEndpoint_SimpleName_IsSignedForSageMaker()
    {
        server.Answer("", 500);
        server.Answer("{}");
        using var client = Client();

        var response = await client.InvokeEndpointAsync(new InvokeEndpointRequest { EndpointName = "iris", Body = Bytes("1") }, Cancelled);

        Encoding.UTF8.GetString(response.Body.ToArray()).Should().Be("{}");
        server.Requests.Should().HaveCount(2).And.OnlyContain(r => r.Text == "1", "the body is sent again with the second try");
        server.Requests[1].Headers["Content-Type"].Should().Be("application/octet-stream");
        server.Requests[1].ShouldBeSignedFor("sagemaker");
    }

    [Fact]
    public async Task InvokeEndpoint_ModelError_SaysWhatTheModelSaid()
    {
        server.Answer("""{"OriginalStatusCode":415,"OriginalMessage":"text/plain is not served","LogStreamArn":"arn:logs","Message":"Received client error (415) from primary"}""",
            424, ("x-amzn-errortype", "ModelError"));
        using var client = Client();

        var thrown = await client.Invoking(c => c.InvokeEndpointAsync(new InvokeEndpointRequest { EndpointName = "iris" }, Cancelled)).Should().ThrowAsync<ModelErrorException>();

        thrown.Which.OriginalStatusCode.Should().Be(415);
        thrown.Which.OriginalMessage.Should().Be("text/plain is not served");
        thrown.Which.Message.Should().StartWith("Received client error");
        ((int)thrown.Which.StatusCode).Should().Be(424);
    }

    [Fact]
    public async Task InvokeEndpoint_WithoutEndpoint_IsRefusedBeforeItIsSent()
    {
        using var client = Client();

        await client.Invoking(c => c.InvokeEndpointAsync(new InvokeEndpointRequest(), Cancelled)).Should().ThrowAsync<AmazonSageMakerRuntimeException>().WithMessage("*EndpointName*");

        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task ResponseStream_Parts_ArriveWhileTheAnswerIsWritten()
    {
        var firstSeen = new TaskCompletionSource();
        server.Answer(async context =>
        {
            context.Response.ContentType = "application/vnd.amazon.eventstream";
            context.Response.Headers["x-Amzn-Invoked-Production-Variant"] = "Blue";
            await context.Response.Body.WriteAsync(Message("event", "PayloadPart", "Hel"), Cancelled);
            await context.Response.Body.FlushAsync(Cancelled);
            await firstSeen.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
            await context.Response.Body.WriteAsync(Message("event", "PayloadPart", "lo"), Cancelled);
        });
        using var client = Client();

        using var response = await client.InvokeEndpointWithResponseStreamAsync(new InvokeEndpointWithResponseStreamRequest { EndpointName = "iris", Body = Bytes("x") }, Cancelled);
        response.InvokedProductionVariant.Should().Be("Blue");
        var text = new StringBuilder();
        await foreach (var part in response.Body)
        {
            text.Append(Encoding.UTF8.GetString(((PayloadPart)part).Bytes.ToArray()));
            firstSeen.TrySetResult();
        }

        text.ToString().Should().Be("Hello");
        server.Requests.Single().RawPath.Should().Be("/endpoints/iris/invocations-response-stream");
    }

    [Fact]
    public async Task ResponseStream_ModelStreamError_IsThrownWithItsMembers()
    {
        server.Answer(async context =>
        {
            context.Response.ContentType = "application/vnd.amazon.eventstream";
            await context.Response.Body.WriteAsync(Message("exception", "ModelStreamError", """{"Message":"broken pipe","ErrorCode":"StreamBroken"}"""), Cancelled);
        });
        using var client = Client();

        using var response = await client.InvokeEndpointWithResponseStreamAsync(new InvokeEndpointWithResponseStreamRequest { EndpointName = "iris" }, Cancelled);
        var read = async () =>
        {
            await foreach (var _ in response.Body)
                throw new InvalidOperationException("no event was sent");
        };

        var thrown = await read.Should().ThrowAsync<SageMakerRuntimeEventStreamException>();
        thrown.Which.InnerException.Should().BeOfType<ModelStreamErrorException>().Which.Message.Should().Be("broken pipe");
    }

    private static byte[] Message(string type, string name, string payload)
    {
        EventStreamHeader Header(string key, string value)
        {
            var header = new EventStreamHeader(key);
            header.SetString(value);
            return header;
        }

        return new EventStreamMessage([Header(":message-type", type), Header($":{type}-type", name)], Encoding.UTF8.GetBytes(payload)).ToByteArray();
    }

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private AmazonSageMakerRuntimeClient Client() =>
        new(SignatureCheck.AccessKey, SignatureCheck.SecretKey, server.Configure<AmazonSageMakerRuntimeConfig>());
}
