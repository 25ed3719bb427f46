using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SageMakerRuntime;
using Amazon.SageMakerRuntime.Model;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Wire.Sdk;

/// <summary>
/// Sends every operation that has a client through the local cloud's front and back, with every member set. Client and front
/// are made from the same descriptions by code that has no line in common: what one writes wrongly, the other cannot read.
/// </summary>
public sealed class EveryOperationTests(SdkEcho cloud) : IClassFixture<SdkEcho>
{
    public static TheoryData<string> Services =>
        ["application-autoscaling", "cloudformation", "cloudwatch", "codebuild", "codepipeline", "logs", "sagemaker", "sagemaker-runtime"];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Members_OfEveryOperation_SurviveBothWays(string service)
    {
        using var echo = new EchoClient(cloud, service);

        foreach (var (operation, json) in echo.Api.ClientOperations.Where(o => o.Name != "InvokeEndpointWithResponseStream"))
        {
            var (input, output) = (Reference(json, "input"), Reference(json, "output"));
            var request = echo.NewRequest(operation);
            var sent = input is null ? [] : Sample(echo.Api, input);
            echo.Objects.Fill(request, input ?? "", sent);
            var answered = output is null ? [] : Sample(echo.Api, output);
            cloud.Operations.Answer = () => new OperationAnswer((JsonObject)answered.DeepClone());
            byte[] body = [1, 2, 3];
            var hasBody = input is not null && Payload(echo.Api, input) is not null;
            if (hasBody)
            {
                request.GetType().GetProperty("Body")!.SetValue(request, new MemoryStream(body));
                cloud.Operations.Answer = () => new OperationAnswer((JsonObject)answered.DeepClone()) { Body = new MemoryStream(body) };
            }

            var response = await echo.CallAsync(operation, request);

            cloud.Operations.Call!.Operation.Should().Be(operation);
            CanonicalObjects.Normal(cloud.Operations.Call.Input).Should().Be(CanonicalObjects.Normal(sent), "{0} {1} sent it", service, operation);
            if (output is not null)
                CanonicalObjects.Normal(echo.Objects.Read(response, output, "Body")).Should().Be(CanonicalObjects.Normal(answered), "{0} {1} answered it", service, operation);
            response.ResponseMetadata.RequestId.Should().Be(cloud.Operations.Call.RequestId);
            if (hasBody)
            {
                cloud.Operations.Body.Should().Equal(body);
                ((MemoryStream)response.GetType().GetProperty("Body")!.GetValue(response)!).ToArray().Should().Equal(body);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Errors_OfEveryOperation_ArriveTyped(string service)
    {
        using var echo = new EchoClient(cloud, service);

        foreach (var (operation, json) in echo.Api.ClientOperations)
        {
            var request = echo.NewRequest(operation);
            var input = Reference(json, "input");
            echo.Objects.Fill(request, input ?? "", input is null ? [] : Sample(echo.Api, input));
            foreach (var error in json["errors"]?.AsArray().Select(e => ApiDescription.Text(e!, "shape")!) ?? [])
            {
                var shape = echo.Api.Shape(error);
                var inherited = shape["members"]!.AsObject().Select(m => m.Key).Where(m => m.ToLowerInvariant() is "message" or "errorcode").ToArray();
                var members = (JsonObject)echo.Api.Sample(error, inherited)!;
                var code = shape["error"]?["code"]?.GetValue<string>() ?? error;
                cloud.Operations.Answer = () => throw new AwsException(code, "what went wrong") { Members = (JsonObject)members.DeepClone() };

                var thrown = await FluentActions.Awaiting(() => echo.CallAsync(operation, request)).Should().ThrowAsync<AmazonServiceException>("{0} {1} answers {2}", service, operation, error);

                var name = error.EndsWith("Fault", StringComparison.Ordinal) ? error[..^5] : error;
                thrown.Which.GetType().Name.Should().Be(name.EndsWith("Exception", StringComparison.Ordinal) ? name : name + "Exception");
                thrown.Which.Message.Should().Be("what went wrong");
                CanonicalObjects.Normal(echo.Objects.Read(thrown.Which, error, inherited)).Should().Be(CanonicalObjects.Normal(members));
            }
        }
    }

    [Fact]
    public async Task ResponseStream_OfTheLocalCloud_IsReadToItsError()
    {
                // The next event goes out once the one before was seen: Core drops parts that come in one read with an error.
        using var seen = new SemaphoreSlim(0);
        cloud.Operations.Answer = () => new OperationAnswer(new JsonObject { ["ContentType"] = "text/csv" }) { Events = Parts(seen) };
        using var client = new AmazonSageMakerRuntimeClient("key", "secret", cloud.Configure(new AmazonSageMakerRuntimeConfig()));

        using var response = await client.InvokeEndpointWithResponseStreamAsync(
            new InvokeEndpointWithResponseStreamRequest { EndpointName = "iris", Body = new MemoryStream([1]) }, TestContext.Current.CancellationToken);
        var parts = new List<string>();
        var read = async () =>
        {
            await foreach (var part in response.Body)
            {
                parts.Add(Encoding.UTF8.GetString(((PayloadPart)part).Bytes.ToArray()));
                seen.Release();
            }
        };

        response.ContentType.Should().Be("text/csv");
        (await read.Should().ThrowAsync<SageMakerRuntimeEventStreamException>()).WithInnerException<ModelStreamErrorException>().WithMessage("broken");
        parts.Should().Equal("Hel", "lo");

        static async IAsyncEnumerable<StreamEvent> Parts(SemaphoreSlim seen)
        {
            yield return new StreamEvent("PayloadPart", "Hel"u8.ToArray());
            await seen.WaitAsync(TimeSpan.FromSeconds(30));
            yield return new StreamEvent("PayloadPart", "lo"u8.ToArray());
            await seen.WaitAsync(TimeSpan.FromSeconds(30));
            throw new AwsException("ModelStreamError", "broken");
        }
    }

    private static string? Reference(JsonNode operation, string name) => operation[name] is { } reference ? ApiDescription.Text(reference, "shape") : null;

    private static string? Payload(ApiDescription api, string shape) => ApiDescription.Text(api.Shape(shape), "payload");

    private static JsonObject Sample(ApiDescription api, string shape) => (JsonObject)api.Sample(shape, [Payload(api, shape) ?? ""])!;
}
