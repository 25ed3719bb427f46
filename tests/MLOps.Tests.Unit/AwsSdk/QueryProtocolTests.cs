using Amazon.CloudFormation;
using Amazon.CloudFormation.Model;

namespace MLOps.Tests.Unit.AwsSdk;

public sealed class QueryProtocolTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;
    private WireServer server = null!;

    public async ValueTask InitializeAsync() => server = await WireServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task CreateStack_RoundTrip_IsSignedFormWithNumberedMembers()
    {
        server.Answer("""
            <CreateStackResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
              <CreateStackResult><StackId>arn:aws:cloudformation:eu-west-1:123456789012:stack/base/1</StackId></CreateStackResult>
              <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
            </CreateStackResponse>
            """);
        using var client = Client();

        var response = await client.CreateStackAsync(new CreateStackRequest
        {
            StackName = "base",
            TemplateBody = "{\"a b\": 1}",
            Parameters = [new Parameter { ParameterKey = "Bucket", ParameterValue = "mlops&co" }],
            Capabilities = ["CAPABILITY_IAM", Capability.CAPABILITY_NAMED_IAM],
            DisableRollback = false,
            Tags = [],
        }, Cancelled);

        response.StackId.Should().EndWith("stack/base/1");
        var sent = server.Requests.Should().ContainSingle().Subject;
        sent.ShouldBeSignedFor("cloudformation");
        sent.Headers["Content-Type"].Should().StartWith("application/x-www-form-urlencoded");
        Form(sent).Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["Action"] = "CreateStack", ["Version"] = "2010-05-15", ["StackName"] = "base", ["TemplateBody"] = "{\"a b\": 1}",
            ["Parameters.member.1.ParameterKey"] = "Bucket", ["Parameters.member.1.ParameterValue"] = "mlops&co",
            ["Capabilities.member.1"] = "CAPABILITY_IAM", ["Capabilities.member.2"] = "CAPABILITY_NAMED_IAM",
            ["DisableRollback"] = "false", ["Tags"] = "",
        });
    }

    [Fact]
    public async Task DescribeStacks_Paginator_ReadsStacksOfEveryPage()
    {
        server.Answer(Page("base", "CREATE_COMPLETE", "<NextToken>t1</NextToken>"));
        server.Answer(Page("model", "SOMETHING_NEW", ""));
        using var client = Client();

        var stacks = new List<Stack>();
        await foreach (var stack in client.Paginators.DescribeStacks(new DescribeStacksRequest()).Stacks.WithCancellation(Cancelled))
            stacks.Add(stack);

        stacks.Select(s => s.StackName).Should().Equal("base", "model");
        (stacks[0].StackStatus == StackStatus.CREATE_COMPLETE).Should().BeTrue();
        stacks[1].StackStatus.Value.Should().Be("SOMETHING_NEW");
        stacks[0].CreationTime.Should().Be(new DateTime(2024, 5, 1, 12, 0, 0, 123, DateTimeKind.Utc));
        stacks[0].Outputs.Should().ContainSingle().Which.OutputValue.Should().Be("arn:x");
        stacks[0].DisableRollback.Should().BeTrue();
        Form(server.Requests[1])["NextToken"].Should().Be("t1");
    }

    [Theory]
    [InlineData("AlreadyExistsException", typeof(AlreadyExistsException))]
    [InlineData("ValidationError", typeof(AmazonCloudFormationException))]
    public async Task Error_Answered_IsTheModelledExceptionOrTheServicesOwn(string code, Type expected)
    {
        server.Answer($"""
            <ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
              <Error><Type>Sender</Type><Code>{code}</Code><Message>Stack [base] already exists</Message></Error><RequestId>r-2</RequestId>
            </ErrorResponse>
            """, 400);
        using var client = Client();

        var thrown = await client.Invoking(c => c.CreateStackAsync(new CreateStackRequest(), Cancelled)).Should().ThrowAsync<AmazonCloudFormationException>();

        thrown.Which.Should().BeOfType(expected);
        thrown.Which.ErrorCode.Should().Be(code);
        thrown.Which.Message.Should().Be("Stack [base] already exists");
        thrown.Which.RequestId.Should().Be("r-2");
    }

    [Fact]
    public async Task Throttling_Answered_IsTriedAgain()
    {
        server.Answer("<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>", 400);
        server.Answer("<DeleteStackResponse><ResponseMetadata><RequestId>r-3</RequestId></ResponseMetadata></DeleteStackResponse>");
        using var client = Client();

        var response = await client.DeleteStackAsync(new DeleteStackRequest { StackName = "base" }, Cancelled);

        ((int)response.HttpStatusCode).Should().Be(200);
        server.Requests.Should().HaveCount(2);
    }

    private static string Page(string name, string status, string token) => $"""
        <DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
          <StackName>{name}</StackName><StackStatus>{status}</StackStatus><CreationTime>2024-05-01T12:00:00.123Z</CreationTime>
          <DisableRollback>true</DisableRollback><Unknown><a/></Unknown>
          <Outputs><member><OutputKey>Role</OutputKey><OutputValue>arn:x</OutputValue></member></Outputs>
        </member></Stacks>{token}</DescribeStacksResult></DescribeStacksResponse>
        """;

    private static Dictionary<string, string> Form(SentRequest request) =>
        request.Text.Split('&').Select(p => p.Split('=')).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]));

    private AmazonCloudFormationClient Client() =>
        new(SignatureCheck.AccessKey, SignatureCheck.SecretKey, server.Configure<AmazonCloudFormationConfig>());
}
