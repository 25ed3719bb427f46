using System.Formats.Cbor;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.Protocol;

public sealed class FrontTests(FrontHost host) : IClassFixture<FrontHost>
{
    [Fact]
    public async Task Json_Answer_HoldsWhatTheDescriptionKnows()
    {
        var (response, text) = await JsonAsync("SageMaker.DescribeTrainingJob", """{"TrainingJobName": "job", "NotKnown": [1]}""");
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        text.Should().Be("""{"TrainingJobName":"job","CreationTime":1700000000.5}""");
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/x-amz-json-1.1");
        response.Headers.GetValues("x-amzn-RequestId").Single().Should().HaveLength(36);
    }

    [Theory]
    [InlineData("SageMaker.DescribeTrainingJob", "{", 400, "SerializationException")]
    [InlineData("SageMaker.DescribeTrainingJob", "[]", 400, "SerializationException")]
    [InlineData("SageMaker.DescribeTrainingJob", "null", 400, "SerializationException")]
    [InlineData("SageMaker.DescribeTrainingJob", "\ud800", 400, "SerializationException")]
    [InlineData("SageMaker.DescribeTrainingJob", """{"TrainingJobName": "\ud800"}""", 400, "SerializationException")]
    [InlineData("SageMaker.DescribeTrainingJob", """{"TrainingJobName": 5}""", 400, "SerializationException")]
    [InlineData("SageMaker.DescribeTrainingJob", """{"TrainingJobName": {"a": 1}}""", 400, "SerializationException")]
    [InlineData("SageMaker.DescribeTrainingJob", "", 400, "ValidationException")]
    [InlineData("SageMaker.DescribeTrainingJob", """{"TrainingJobName": null}""", 400, "ValidationException")]
    [InlineData("SageMaker.DescribeTrainingJob", """{"TrainingJobName": "missing"}""", 400, "ResourceNotFound")]
    [InlineData("SageMaker.DescribeTrainingJob", """{"TrainingJobName": "bug"}""", 500, "InternalFailure")]
    [InlineData("SageMaker.DescribeNothing", "{}", 400, "UnknownOperationException")]
    [InlineData("SageMaker.ListClusters", "{}", 501, "NotImplemented")]
    [InlineData("SageMaker.CreateModel", "{}", 501, "NotImplemented")]
    [InlineData("Nonsense", "{}", 501, "NotImplemented")]
    public async Task Json_RequestThatCannotBeCarriedOut_IsRefusedInItsProtocol(string target, string body, int status, string code)
    {
        var (response, text) = await JsonAsync(target, body);
        ((int)response.StatusCode).Should().Be(status);
        JsonNode.Parse(text)!["__type"]!.GetValue<string>().Should().Be(code);
        response.Headers.GetValues("x-amzn-ErrorType").Should().Equal(code);
        text.Should().NotContain("secret");
    }

    [Fact]
    public async Task Json_NestedWithoutEnd_IsRefused()
    {
        var (response, text) = await JsonAsync("SageMaker.DescribeTrainingJob", new string('[', 100_000));
        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        text.Should().Contain("SerializationException");
    }

    [Fact]
    public async Task Json_GzipBody_IsUnpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            await gzip.WriteAsync("""{"TrainingJobName": "packed"}"""u8.ToArray(), TestContext.Current.CancellationToken);
        using var request = Request("SageMaker.DescribeTrainingJob", new ByteArrayContent(packed.ToArray()));
        request.Content!.Headers.ContentEncoding.Add("gzip");
        (await SendAsync(request)).Text.Should().Contain("packed");
        using var broken = Request("SageMaker.DescribeTrainingJob", new ByteArrayContent([1, 2, 3]));
        broken.Content!.Headers.ContentEncoding.Add("gzip");
        (await SendAsync(broken)).Text.Should().Contain("SerializationException");
    }

    [Fact]
    public async Task QueryCompatibleError_HasTheFormerCodeInAHeader()
    {
        var (response, text) = await JsonAsync("AmazonSQS.GetQueueUrl", """{"QueueName": "q"}""");
        text.Should().Contain("\"__type\":\"QueueDoesNotExist\"");
        response.Headers.GetValues("x-amzn-query-error").Single().Should().Be("AWS.SimpleQueueService.NonExistentQueue;Sender");
    }

    [Theory]
    [InlineData("Action=GetRole&Version=2010-05-08&RoleName=a%2Bb", 404, "<Code>NoSuchEntity</Code>", "The role with name a+b cannot be found.")]
    [InlineData("Action=GetRole&Version=2010-05-08&RoleName=", 400, "<Code>ValidationError</Code>", "at 'roleName'")]
    [InlineData("Action=Dance&Version=2010-05-08", 400, "<Code>InvalidAction</Code>", "Dance")]
    [InlineData("Action=ListUsers&Version=2010-05-08", 501, "<Code>NotImplemented</Code>", "iam ListUsers")]
    [InlineData("Action=DescribeInstances&Version=2016-11-15", 501, "<Code>NotImplemented</Code>", "DescribeInstances")]
    public async Task Query_RequestThatCannotBeCarriedOut_IsRefusedInXml(string form, int status, string code, string message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded") };
        var (response, text) = await SendAsync(request);
        ((int)response.StatusCode).Should().Be(status);
        text.Should().Contain("<ErrorResponse").And.Contain(code).And.Contain(message).And.Contain("<RequestId>");
    }

    [Fact]
    public async Task Cbor_Error_IsCborWithTheFormerCodeInAHeader()
    {
        using var request = Cbor("PutMetricData", w => w.WriteTextString("Namespace"), w => w.WriteTextString("N"));
        var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.Headers.GetValues("smithy-protocol").Should().Equal("rpc-v2-cbor");
        response.Headers.GetValues("x-amzn-query-error").Single().Should().Be("MissingParameter;Sender");
        var reader = new CborReader(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        reader.ReadStartMap();
        reader.ReadTextString().Should().Be("__type");
        reader.ReadTextString().Should().Be("MissingRequiredParameterException");
        using var wrong = Cbor("PutMetricData", w => w.WriteTextString("Namespace"), w => w.WriteInt32(5));
        (await host.Http.SendAsync(wrong, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        using var cut = Cbor("PutMetricData", w => w.WriteTextString("Namespace"), null);
        (await host.Http.SendAsync(cut, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task S3_Errors_AreS3sOwnXmlAndSilentForHead()
    {
        var (response, text) = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/b/k"));
        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        text.Should().Contain("<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>k</Key><Resource>/b/k</Resource>");
        (response, text) = await SendAsync(new HttpRequestMessage(HttpMethod.Head, "/b/k"));
        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        text.Should().BeEmpty();
        (response, text) = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/b?versioning"));
        ((int)response.StatusCode).Should().Be(501);
        text.Should().Contain("s3 GetBucketVersioning");
        (response, _) = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "/b/k"));
        response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        (response, text) = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/b/k?X-Amz-Date=20200101T000000Z&X-Amz-Expires=60&X-Amz-Credential=a/20200101/us-east-1/s3/aws4_request"));
        response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        text.Should().Contain("Request has expired");
    }

    [Fact]
    public async Task S3_ChunkedUpload_ReachesTheOperationUnframed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/b/k") { Content = new StringContent("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n") };
        request.Headers.Add("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        var (response, _) = await SendAsync(request);
        response.Headers.GetValues("ETag").Should().Equal("abc");
        response.Headers.GetValues("x-amz-checksum-crc32").Should().Equal("NSRBwg==");
    }

    [Fact]
    public async Task Invocation_OfTheLargestSize_PassesAndOneByteMoreIsRefused()
    {
        const int Largest = 6_291_456;
        var (response, text) = await InvokeAsync(new ByteArrayContent(new byte[Largest]));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        text.Length.Should().Be(Largest);
        (response, text) = await InvokeAsync(new ByteArrayContent(new byte[Largest + 1]));
        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        text.Should().Contain("HTTP content length exceeded 6291456 bytes");
        (response, _) = await InvokeAsync(new StreamContent(new Unknown(Largest + 1)));
        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (response, text) = await InvokeAsync(new StreamContent(new Unknown(1000)));
        text.Length.Should().Be(1000);
        response.Headers.GetValues("X-Amzn-SageMaker-Custom-Attributes").Single().Should().StartWith("line  break");
    }

    [Fact]
    public async Task ModelError_CarriesItsMembersAndStatus()
    {
        var (response, text) = await InvokeAsync(new StringContent("x"), ("X-Amzn-SageMaker-Target-Variant", "broken"));
        ((int)response.StatusCode).Should().Be(424);
        var error = JsonNode.Parse(text)!;
        error["OriginalStatusCode"]!.GetValue<int>().Should().Be(500);
        error["Message"]!.GetValue<string>().Should().StartWith("Received server error");
    }

    [Fact]
    public async Task EventStream_ThatFails_EndsWithTheError()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/e/invocations-response-stream") { Content = new StringContent("x") };
        var (response, text) = await SendAsync(request);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/vnd.amazon.eventstream");
        text.Should().Contain("PayloadPart").And.Contain("part").And.Contain("ModelStreamError").And.Contain("it broke");
    }

    [Fact]
    public async Task RestJson_ParameterOfAnotherType_IsRefused()
    {
        var (response, text) = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/2015-03-31/functions/?MaxItems=many"));
        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        text.Should().Contain("SerializationException");
        (await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/2015-03-31/functions/?MaxItems=5"))).Text.Should().Be("""{"NextMarker":"5"}""");
    }

    [Fact]
    public async Task Host_OfSomebodyElse_IsRefusedBeforeAnything()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = "evil.example";
        (await SendAsync(request)).Response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        using var page = new HttpRequestMessage(HttpMethod.Get, "/_localcloud/health");
        page.Headers.Add("Origin", "http://localhost:5080");
        (await SendAsync(page)).Response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Caller_FromInside_IsCheckedAsFromOutside()
    {
        var scope = new Scope("123456789012", "us-east-1");
        var input = new JsonObject { ["TrainingJobName"] = "job", ["NotKnown"] = 1 };
        (await host.Caller.CallAsync(scope, "sagemaker", "DescribeTrainingJob", input, TestContext.Current.CancellationToken)).Text("TrainingJobName").Should().Be("job");
        input.Should().ContainKey("NotKnown");
        (await Refused("DescribeTrainingJob", new() { ["TrainingJobName"] = "_" })).Code.Should().Be("ValidationException");
        (await Refused("DescribeTrainingJob", new() { ["TrainingJobName"] = 5 })).Code.Should().Be("SerializationException");
        (await Refused("CreateModel", [])).Status.Should().Be(501);
        (await Refused("NoSuch", [])).Status.Should().Be(501);

        async Task<AwsException> Refused(string operation, JsonObject with) =>
            (await FluentActions.Awaiting(() => host.Caller.CallAsync(scope, "sagemaker", operation, with, TestContext.Current.CancellationToken)).Should().ThrowAsync<AwsException>()).Which;
    }

    private async Task<(HttpResponseMessage Response, string Text)> JsonAsync(string target, string body)
    {
        using var request = Request(target, new StringContent(body));
        return await SendAsync(request);
    }

    private static HttpRequestMessage Request(string target, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        request.Headers.Add("X-Amz-Target", target);
        return request;
    }

    private static HttpRequestMessage Cbor(string operation, Action<CborWriter> key, Action<CborWriter>? value)
    {
        var writer = new CborWriter(CborConformanceMode.Lax, allowMultipleRootLevelValues: true);
        writer.WriteStartMap(1);
        key(writer);
        (value ?? (w => w.WriteTextString("cut")))(writer);
        writer.WriteEndMap();
        var bytes = writer.Encode();
        var request = new HttpRequestMessage(HttpMethod.Post, $"/service/GraniteServiceVersion20100801/operation/{operation}")
        {
            Content = new ByteArrayContent(value is null ? bytes[..^2] : bytes),
        };
        request.Headers.Add("smithy-protocol", "rpc-v2-cbor");
        return request;
    }

    private async Task<(HttpResponseMessage Response, string Text)> InvokeAsync(HttpContent content, params (string, string)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/e/invocations") { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await SendAsync(request);
    }

    private async Task<(HttpResponseMessage Response, string Text)> SendAsync(HttpRequestMessage request)
    {
        var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Bytes whose number the client does not say beforehand.</summary>
    private sealed class Unknown(int length) : MemoryStream(new byte[length])
    {
        public override bool CanSeek => false;
    }
}
