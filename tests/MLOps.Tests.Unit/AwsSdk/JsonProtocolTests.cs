using System.Text.Json.Nodes;
using Amazon.CloudWatch;
using Amazon.CloudWatch.Model;
using Amazon.CloudWatchLogs;
using Amazon.CloudWatchLogs.Model;
using Amazon.CodePipeline;
using Amazon.CodePipeline.Model;
using Amazon.SageMaker;
using Amazon.SageMaker.Model;

namespace MLOps.Tests.Unit.AwsSdk;

public sealed class JsonProtocolTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;
    private WireServer server = null!;

    public async ValueTask InitializeAsync() => server = await WireServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task CreateTrainingJob_RoundTrip_IsSignedAndHoldsEveryMember()
    {
        server.Answer("""{"TrainingJobArn":"arn:aws:sagemaker:eu-west-1:123456789012:training-job/iris-1"}""");
        using var client = SageMaker();

        var response = await client.CreateTrainingJobAsync(new CreateTrainingJobRequest
        {
            TrainingJobName = "iris-1",
            HyperParameters = new Dictionary<string, string> { ["logistic_C"] = "0.5" },
            ResourceConfig = new ResourceConfig { InstanceType = TrainingInstanceType.MlM44xlarge, InstanceCount = 1, VolumeSizeInGB = 10 },
            StoppingCondition = new StoppingCondition { MaxRuntimeInSeconds = 3600 },
            EnableNetworkIsolation = false,
            Tags = [],
        }, Cancelled);

        response.TrainingJobArn.Should().EndWith("training-job/iris-1");
        response.ResponseMetadata.RequestId.Should().Be("request-1");
        var sent = server.Requests.Should().ContainSingle().Subject;
        sent.ShouldBeSignedFor("sagemaker");
        sent.Method.Should().Be("POST");
        sent.RawPath.Should().Be("/");
        sent.Headers["X-Amz-Target"].Should().Be("SageMaker.CreateTrainingJob");
        sent.Headers["Content-Type"].Should().Be("application/x-amz-json-1.1");
        JsonNode.DeepEquals(JsonNode.Parse(sent.Text), JsonNode.Parse("""
            {"TrainingJobName":"iris-1","HyperParameters":{"logistic_C":"0.5"},
             "ResourceConfig":{"InstanceType":"ml.m4.4xlarge","InstanceCount":1,"VolumeSizeInGB":10},
             "StoppingCondition":{"MaxRuntimeInSeconds":3600},"EnableNetworkIsolation":false,"Tags":[]}
            """)).Should().BeTrue("the body was {0}", sent.Text);
    }

    [Fact]
    public async Task DescribeTrainingJob_Answer_HasTimesListsAndEnumsThatCameLater()
    {
        server.Answer("""
            {"TrainingJobName":"iris-1","TrainingJobStatus":"Hibernating","CreationTime":1700000000.25,"UnknownMember":{"a":[1]},
             "FinalMetricDataList":[{"MetricName":"accuracy","Value":0.97,"Timestamp":1.7E9}],"FailureReason":null}
            """);
        using var client = SageMaker();

        var job = await client.DescribeTrainingJobAsync(new DescribeTrainingJobRequest { TrainingJobName = "iris-1" }, Cancelled);

        (job.TrainingJobStatus == "Hibernating").Should().BeTrue();
        job.TrainingJobStatus.Value.Should().Be("Hibernating");
        job.CreationTime.Should().Be(new DateTime(2023, 11, 14, 22, 13, 20, 250, DateTimeKind.Utc));
        job.CreationTime!.Value.Kind.Should().Be(DateTimeKind.Utc);
        job.FinalMetricDataList.Should().ContainSingle().Which.Value.Should().BeApproximately(0.97f, 1e-6f);
        job.SecondaryStatusTransitions.Should().BeNull("collections that were not answered are null");
    }

    [Theory]
    [InlineData("""{"__type":"ResourceNotFound","Message":"no such job"}""", typeof(Amazon.SageMaker.Model.ResourceNotFoundException))]
    [InlineData("""{"__type":"com.amazonaws#ValidationException","message":"no such job"}""", typeof(AmazonSageMakerException))]
    public async Task Error_Answered_IsTheModelledExceptionOrTheServicesOwn(string body, Type expected)
    {
        server.Answer(body, 400);
        using var client = SageMaker();

        var thrown = await client.Invoking(c => c.DescribeTrainingJobAsync(new DescribeTrainingJobRequest(), Cancelled)).Should().ThrowAsync<AmazonSageMakerException>();

        thrown.Which.Should().BeOfType(expected);
        thrown.Which.Message.Should().Be("no such job");
        thrown.Which.ErrorCode.Should().Be(expected == typeof(AmazonSageMakerException) ? "ValidationException" : "ResourceNotFound");
        thrown.Which.RequestId.Should().Be("request-1");
        ((int)thrown.Which.StatusCode).Should().Be(400);
        server.Requests.Should().ContainSingle("a refusal is not tried again");
    }

    [Theory]
    [InlineData(500, """{"__type":"InternalFailure"}""")]
    [InlineData(400, """{"__type":"ThrottlingException","message":"Rate exceeded"}""")]
    [InlineData(503, "<html>busy</html>")]
    public async Task TransientError_Answered_IsTriedAgain(int status, string body)
    {
        server.Answer(body, status);
        server.Answer("""{"TrainingJobSummaries":[]}""");
        using var client = SageMaker();

        var response = await client.ListTrainingJobsAsync(new ListTrainingJobsRequest(), Cancelled);

        response.TrainingJobSummaries.Should().BeEmpty();
        server.Requests.Should().HaveCount(2);
        server.Requests[1].ShouldBeSignedFor("sagemaker");
    }

    [Fact]
    public async Task Paginator_EmptyPageWithToken_GoesOn()
    {
        server.Answer("""{"TrainingJobSummaries":[{"TrainingJobName":"a"}],"NextToken":"t1"}""");
        server.Answer("""{"TrainingJobSummaries":[],"NextToken":"t2"}""");
        server.Answer("""{"TrainingJobSummaries":[{"TrainingJobName":"b"}]}""");
        using var client = SageMaker();

        var names = new List<string>();
        await foreach (var job in client.Paginators.ListTrainingJobs(new ListTrainingJobsRequest { StatusEquals = TrainingJobStatus.Completed }).TrainingJobSummaries.WithCancellation(Cancelled))
            names.Add(job.TrainingJobName);

        names.Should().Equal("a", "b");
        server.Requests.Select(r => JsonNode.Parse(r.Text)!["NextToken"]?.GetValue<string>()).Should().Equal(null, "t1", "t2");
        server.Requests.Should().OnlyContain(r => r.Text.Contains("\"StatusEquals\":\"Completed\""));
    }

    [Fact]
    public async Task StartPipelineExecution_WithoutToken_SendsOneOfItsOwn()
    {
        server.Answer("""{"pipelineExecutionId":"e1"}""");
        using var client = new AmazonCodePipelineClient(SignatureCheck.AccessKey, SignatureCheck.SecretKey, server.Configure<AmazonCodePipelineConfig>());

        (await client.StartPipelineExecutionAsync(new StartPipelineExecutionRequest { Name = "iris" }, Cancelled)).PipelineExecutionId.Should().Be("e1");

        var body = JsonNode.Parse(server.Requests.Single().Text)!;
        body["name"]!.GetValue<string>().Should().Be("iris");
        Guid.TryParse(body["clientRequestToken"]!.GetValue<string>(), out _).Should().BeTrue();
    }

    [Fact]
    public async Task GetLogEvents_Times_AreMillisecondsOnTheWire()
    {
        server.Answer("""{"events":[{"timestamp":1700000000250,"message":"accuracy=0.97","ingestionTime":1700000000300}],"nextForwardToken":"f/1"}""");
        using var client = new AmazonCloudWatchLogsClient(SignatureCheck.AccessKey, SignatureCheck.SecretKey, server.Configure<AmazonCloudWatchLogsConfig>());
        var at = new DateTime(2023, 11, 14, 22, 13, 20, 250, DateTimeKind.Utc);

        var page = await client.GetLogEventsAsync(new GetLogEventsRequest { LogGroupName = "g", LogStreamName = "s", StartTime = at }, Cancelled);

        page.Events.Should().ContainSingle().Which.Timestamp.Should().Be(at);
        JsonNode.Parse(server.Requests.Single().Text)!["startTime"]!.GetValue<long>().Should().Be(1700000000250);
    }

    [Fact]
    public async Task CloudWatch_Error_TakesItsCodeFromTheQueryHeader()
    {
        server.Answer("""{"__type":"com.amazonaws.cloudwatch#InvalidParameterValueException","message":"bad period"}""", 400,
            ("x-amzn-query-error", "InvalidParameterValue;Sender"));
        using var client = new AmazonCloudWatchClient(SignatureCheck.AccessKey, SignatureCheck.SecretKey, server.Configure<AmazonCloudWatchConfig>());

        var thrown = await client.Invoking(c => c.GetMetricStatisticsAsync(new GetMetricStatisticsRequest { Unit = StandardUnit.BytesSecond }, Cancelled))
            .Should().ThrowAsync<InvalidParameterValueException>();

        thrown.Which.ErrorCode.Should().Be("InvalidParameterValue");
        thrown.Which.ErrorType.Should().Be(Amazon.Runtime.ErrorType.Sender);
        var sent = server.Requests.Single();
        sent.ShouldBeSignedFor("monitoring");
        sent.Headers["X-Amz-Target"].Should().Be("GraniteServiceVersion20100801.GetMetricStatistics");
        sent.Headers["Content-Type"].Should().Be("application/x-amz-json-1.0");
        sent.Text.Should().Be("""{"Unit":"Bytes/Second"}""");
    }

    [Fact]
    public async Task Call_Cancelled_EndsAtOnce()
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        server.Answer(async context =>
        {
            await gone.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var client = SageMaker();

        await client.Invoking(c => c.ListEndpointsAsync(new ListEndpointsRequest(), gone.Token)).Should().ThrowAsync<OperationCanceledException>();
    }

    private AmazonSageMakerClient SageMaker() => new(SignatureCheck.AccessKey, SignatureCheck.SecretKey, server.Configure<AmazonSageMakerConfig>());
}
