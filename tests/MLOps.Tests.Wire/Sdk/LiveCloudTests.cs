using Amazon.CloudFormation;
using Amazon.CloudFormation.Model;
using Amazon.CloudWatch;
using Amazon.CloudWatch.Model;
using Amazon.CloudWatchLogs;
using Amazon.CloudWatchLogs.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Amazon.SageMaker;
using Amazon.SageMaker.Model;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Microsoft.Extensions.DependencyInjection;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;
using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Sdk;

/// <summary>The clients, generated and official, against the services of the local cloud.</summary>
public sealed class LiveCloudTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static readonly BasicAWSCredentials Credentials = new("local", "local");
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logs_OfAJob_AreReadPageByPageWithTheirTimes()
    {
        var before = DateTime.UtcNow;
        var sink = cloud.Services.GetRequiredService<ILogSink>();
        foreach (var line in new[] { "epoch 1", "accuracy=0.97", "epoch 2" })
            sink.Append(new Scope("123456789012", "us-east-1"), "/aws/sagemaker/TrainingJobs", "iris/algo-1", line);
        using var logs = new AmazonCloudWatchLogsClient(Credentials, Here<AmazonCloudWatchLogsConfig>());
        await UntilAsync(async () => (await logs.DescribeLogGroupsAsync(new DescribeLogGroupsRequest(), Cancelled)).LogGroups is { Count: > 0 });

        var request = new GetLogEventsRequest { LogGroupName = "/aws/sagemaker/TrainingJobs", LogStreamName = "iris/algo-1", StartFromHead = true, StartTime = before.AddSeconds(-1), Limit = 2 };
        var events = new List<OutputLogEvent>();
        // The end is the same token twice.
        for (GetLogEventsResponse page; (page = await logs.GetLogEventsAsync(request, Cancelled)).NextForwardToken != request.NextToken; request.NextToken = page.NextForwardToken)
            events.AddRange(page.Events);

        events.Select(e => e.Message).Should().Equal("epoch 1", "accuracy=0.97", "epoch 2");
        events.Should().OnlyContain(e => e.Timestamp >= before.AddSeconds(-1) && e.Timestamp <= DateTime.UtcNow);
        await logs.Invoking(l => l.GetLogEventsAsync(new GetLogEventsRequest { LogGroupName = "gone", LogStreamName = "s" }, Cancelled))
            .Should().ThrowAsync<Amazon.CloudWatchLogs.Model.ResourceNotFoundException>();
    }

    [Fact]
    public async Task Metrics_Put_AreReadBackAsValuesAndTimes()
    {
        using var metrics = new AmazonCloudWatchClient(Credentials, Here<AmazonCloudWatchConfig>());
        var minute = new DateTime(DateTime.UtcNow.Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, DateTimeKind.Utc);
        await metrics.PutMetricDataAsync(new PutMetricDataRequest
        {
            Namespace = "Sdk",
            MetricData = [new MetricDatum { MetricName = "Latency", Timestamp = minute, Values = [2, 4], Unit = StandardUnit.Milliseconds, Dimensions = [new Dimension { Name = "Endpoint", Value = "iris" }] }],
        }, Cancelled);

        var answer = await metrics.GetMetricDataAsync(new GetMetricDataRequest
        {
            StartTime = minute.AddMinutes(-5),
            EndTime = minute.AddMinutes(5),
            MetricDataQueries = [new MetricDataQuery
            {
                Id = "m",
                MetricStat = new MetricStat { Period = 60, Stat = "Average", Metric = new Amazon.CloudWatch.Model.Metric { Namespace = "Sdk", MetricName = "Latency", Dimensions = [new Dimension { Name = "Endpoint", Value = "iris" }] } },
            }],
        }, Cancelled);

        var result = answer.MetricDataResults.Should().ContainSingle().Subject;
        result.Values.Should().Equal(3);
        result.Timestamps.Should().Equal(minute);
        (result.StatusCode == StatusCode.Complete).Should().BeTrue();
        (await metrics.Invoking(m => m.PutMetricDataAsync(new PutMetricDataRequest { Namespace = "AWS/Mine", MetricData = [new MetricDatum { MetricName = "x", Value = 1 }] }, Cancelled))
            .Should().ThrowAsync<InvalidParameterValueException>()).Which.ErrorCode.Should().Be("InvalidParameterValue");
    }

    [Fact]
    public async Task SageMaker_BadRequests_SayWhatIsWrong()
    {
        using var sagemaker = new AmazonSageMakerClient(Credentials, Here<AmazonSageMakerConfig>());

        var unknown = await sagemaker.Invoking(s => s.DescribeTrainingJobAsync(new DescribeTrainingJobRequest { TrainingJobName = "gone" }, Cancelled)).Should().ThrowAsync<AmazonSageMakerException>();
        var bad = await sagemaker.Invoking(s => s.DescribeTrainingJobAsync(new DescribeTrainingJobRequest { TrainingJobName = "no spaces please" }, Cancelled)).Should().ThrowAsync<AmazonSageMakerException>();
        var none = await sagemaker.ListTrainingJobsAsync(new ListTrainingJobsRequest { StatusEquals = TrainingJobStatus.Completed }, Cancelled);

        unknown.Which.ErrorCode.Should().Be("ValidationException");
        unknown.Which.StatusCode.Should().Be(System.Net.HttpStatusCode.BadRequest);
        bad.Which.Message.Should().Contain("trainingJobName").And.Contain("regular expression");
        none.TrainingJobSummaries.Should().BeEmpty();
    }

    [Fact]
    public async Task CloudFormation_Stack_IsCreatedDescribedAndDeleted()
    {
        using var stacks = new AmazonCloudFormationClient(Credentials, Here<AmazonCloudFormationConfig>());
        var request = new CreateStackRequest
        {
            StackName = "sdk-stack",
            TemplateBody = """
                {"Parameters":{"Days":{"Type":"Number"}},
                 "Resources":{"Logs":{"Type":"AWS::Logs::LogGroup","Properties":{"LogGroupName":"/sdk/stack","RetentionInDays":{"Ref":"Days"}}}},
                 "Outputs":{"Group":{"Value":{"Ref":"Logs"}}}}
                """,
            Parameters = [new Parameter { ParameterKey = "Days", ParameterValue = "7" }],
        };

        var created = await stacks.CreateStackAsync(request, Cancelled);
        await UntilAsync(async () => await StatusAsync() == StackStatus.CREATE_COMPLETE);

        created.StackId.Should().StartWith("arn:aws:cloudformation:us-east-1:123456789012:stack/sdk-stack/");
        var stack = (await stacks.DescribeStacksAsync(new DescribeStacksRequest { StackName = "sdk-stack" }, Cancelled)).Stacks.Should().ContainSingle().Subject;
        stack.Outputs.Should().ContainSingle().Which.OutputValue.Should().Be("/sdk/stack");
        stack.Parameters.Should().ContainSingle().Which.ParameterValue.Should().Be("7");
        stack.CreationTime.Should().BeCloseTo(DateTime.UtcNow, TimeSpan.FromMinutes(2));
        var events = new List<StackEvent>();
        await foreach (var happened in stacks.Paginators.DescribeStackEvents(new DescribeStackEventsRequest { StackName = "sdk-stack" }).StackEvents.WithCancellation(Cancelled))
            events.Add(happened);
        events.Should().Contain(e => e.LogicalResourceId == "Logs" && e.ResourceStatus == ResourceStatus.CREATE_COMPLETE);
        (await stacks.ListStackResourcesAsync(new ListStackResourcesRequest { StackName = "sdk-stack" }, Cancelled)).StackResourceSummaries.Should().ContainSingle();
        await stacks.Invoking(s => s.CreateStackAsync(request, Cancelled)).Should().ThrowAsync<AlreadyExistsException>();
        (await stacks.Invoking(s => s.DescribeStacksAsync(new DescribeStacksRequest { StackName = "gone" }, Cancelled)).Should().ThrowAsync<AmazonCloudFormationException>())
            .Which.ErrorCode.Should().Be("ValidationError");

        await stacks.DeleteStackAsync(new DeleteStackRequest { StackName = created.StackId }, Cancelled);
        await UntilAsync(async () => await StatusAsync() == StackStatus.DELETE_COMPLETE);

        async Task<StackStatus> StatusAsync() =>
            (await stacks.DescribeStacksAsync(new DescribeStacksRequest { StackName = created.StackId }, Cancelled)).Stacks.Single().StackStatus;
    }

    [Fact]
    public async Task S3_OfficialClient_KeepsObjectsVersionsAndParts()
    {
        using var s3 = new AmazonS3Client(Credentials, new AmazonS3Config { ServiceURL = cloud.Address, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        await s3.PutBucketAsync("sdk-bucket", Cancelled);
        await s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = "sdk-bucket", VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } }, Cancelled);

        var first = await s3.PutObjectAsync(new PutObjectRequest { BucketName = "sdk-bucket", Key = "a b/ü.csv", ContentBody = "4.6,3.1", ContentType = "text/csv" }, Cancelled);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "sdk-bucket", Key = "a b/ü.csv", ContentBody = "5.0,3.6" }, Cancelled);
        var large = new byte[6 * 1024 * 1024];
        new Random(1).NextBytes(large);
        using (var transfer = new TransferUtility(s3, new TransferUtilityConfig { MinSizeBeforePartUpload = 5 * 1024 * 1024 }))
            await transfer.UploadAsync(new TransferUtilityUploadRequest { BucketName = "sdk-bucket", Key = "large", InputStream = new MemoryStream(large), PartSize = 5 * 1024 * 1024 }, Cancelled);

        using (var old = await s3.GetObjectAsync(new GetObjectRequest { BucketName = "sdk-bucket", Key = "a b/ü.csv", VersionId = first.VersionId }, Cancelled))
        {
            using var reader = new StreamReader(old.ResponseStream);
            (await reader.ReadToEndAsync(Cancelled)).Should().Be("4.6,3.1");
            old.Headers.ContentType.Should().Be("text/csv");
        }
        using (var whole = await s3.GetObjectAsync("sdk-bucket", "large", Cancelled))
        {
            using var copy = new MemoryStream();
            await whole.ResponseStream.CopyToAsync(copy, Cancelled);
            copy.ToArray().AsSpan().SequenceEqual(large).Should().BeTrue();
        }
        var keys = new List<string>();
        await foreach (var found in s3.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = "sdk-bucket", MaxKeys = 1 }).S3Objects.WithCancellation(Cancelled))
            keys.Add(found.Key);
        keys.Should().Equal("a b/ü.csv", "large");
        (await s3.Invoking(s => s.GetObjectAsync("sdk-bucket", "gone", Cancelled)).Should().ThrowAsync<AmazonS3Exception>()).Which.ErrorCode.Should().Be("NoSuchKey");
    }

    [Fact]
    public async Task Sts_OfficialClient_IsTheLocalAccount()
    {
        using var sts = new AmazonSecurityTokenServiceClient(Credentials, Here<AmazonSecurityTokenServiceConfig>());

        (await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), Cancelled)).Account.Should().Be("123456789012");
    }

    private TConfig Here<TConfig>() where TConfig : ClientConfig, new() => new() { ServiceURL = cloud.Address, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 };

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await reached())
            await Task.Delay(25, deadline.Token);
    }
}
