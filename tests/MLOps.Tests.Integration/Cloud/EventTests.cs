using Amazon.CodePipeline;
using Amazon.CodePipeline.Model;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Events;
using MLOps.Cloud.Workshop;
using PipelineSummary = MLOps.Cloud.Pipelines.PipelineSummary;

namespace MLOps.Tests.Integration.Cloud;

/// <summary>Changes reach the inventory by EventBridge and SQS, with sweeps that are too rare to help.</summary>
public sealed class EventTests
{
    private const string Name = ConnectedCloud.Name;
    private const string Bucket = "event-artifacts";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_AfterTheFirstSweep_IsShownByItsEvent()
    {
        await using var cloud = await ListeningAsync();

        await CreatePipelineAsync(cloud, "told-by-an-event");

        var shown = await cloud.UntilAsync<PipelineSummary>(s => s.Items.Any(p => p is { Name: "told-by-an-event", Latest.Status: "Failed" }));
        shown.Items.Should().ContainSingle("the source that it asks for is missing, and its failure was an event too");
        cloud.Get<EventQueues>().Flow(Name).Should().BeTrue();
    }

    [Theory]
    [InlineData("no event at all")]
    [InlineData("""{"source": "aws.sagemaker", "detail": {"TrainingJobName": "\ud800"}}""")]
    [InlineData("""{"source": "aws.codepipeline", "detail": {"pipeline": "no name that the API takes / {}"}}""")]
    [InlineData("""{"source": "aws.sagemaker", "detail": {"ModelPackageArn": "arn:of:nothing"}}""")]
    [InlineData("""{"source": "aws.sagemaker", "detail": {"EndpointName": "not-there"}}""")]
    public async Task PoisonedMessage_InTheQueue_IsPutAsideAndHoldsNothingUp(string body)
    {
        await using var cloud = await ListeningAsync();
        var (sqs, queue) = (cloud.Get<ICloudClients>().Get<IAmazonSQS>(Name), await cloud.Get<EventQueues>().QueueAsync(Name, Cancelled));
        for (var i = 0; i < 12; i++)
            await sqs.SendMessageAsync(new SendMessageRequest { QueueUrl = queue, MessageBody = body }, Cancelled);

        await CreatePipelineAsync(cloud, "after-the-poison");

        await cloud.UntilAsync<PipelineSummary>(s => s.Items.Any(p => p.Name == "after-the-poison"), TimeSpan.FromSeconds(12));
        await Eventually.TrueAsync(async () => await LeftAsync(sqs, queue) == 0, TimeSpan.FromSeconds(30), "the queue is empty");
    }

    [Fact]
    public async Task Queue_Deleted_IsNoLongerHeard()
    {
        await using var cloud = await ListeningAsync();
        await cloud.Get<ICloudClients>().Get<IAmazonSQS>(Name).DeleteQueueAsync(await cloud.Get<EventQueues>().QueueAsync(Name, Cancelled), Cancelled);
        await Eventually.TrueAsync(() => Task.FromResult(!cloud.Get<EventQueues>().Flow(Name)), TimeSpan.FromSeconds(60), "the sweeps know that they are alone");
    }

    /// <summary>A cloud whose portal has swept once, will not again, and listens.</summary>
    private static async Task<ConnectedCloud> ListeningAsync()
    {
        var cloud = await ConnectedCloud.StartAsync(sweeps: TimeSpan.FromMinutes(30));
        await cloud.UntilAsync<PipelineSummary>(s => !s.IsLoading);
        await cloud.Get<ICloudClients>().Get<IAmazonS3>(Name).PutBucketAsync(new PutBucketRequest { BucketName = Bucket }, Cancelled);
        await cloud.Get<ICloudClients>().Get<IAmazonS3>(Name).PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = Bucket, VersioningConfig = new() { Status = VersionStatus.Enabled } }, Cancelled);
        var template = await File.ReadAllTextAsync(Path.Combine(PortalProcess.RepoRoot, "src/Infrastructure/portal-events.yml"), Cancelled);
        var outputs = await cloud.Get<StackDeployer>().EnsureAsync(Name, "mlops-portal-events", template, new Dictionary<string, string>(), _ => { }, Cancelled);
        cloud.Get<EventQueues>().Found(Name, outputs["QueueUrl"]);
        // Its first look says whether the queue is there; it is answered at once when something is in it.
        await cloud.Get<ICloudClients>().Get<IAmazonSQS>(Name).SendMessageAsync(outputs["QueueUrl"], "hello", Cancelled);
        await Eventually.TrueAsync(() => Task.FromResult(cloud.Get<EventQueues>().Flow(Name)), TimeSpan.FromSeconds(30), "events are heard");
        return cloud;
    }

    private static Task CreatePipelineAsync(ConnectedCloud cloud, string name) =>
        cloud.Get<ICloudClients>().Get<IAmazonCodePipeline>(Name).CreatePipelineAsync(new CreatePipelineRequest
        {
            Pipeline = new()
            {
                Name = name,
                RoleArn = "arn:aws:iam::123456789012:role/pipeline",
                ArtifactStore = new() { Type = ArtifactStoreType.S3, Location = Bucket },
                Stages =
                [
                    new() { Name = "Source", Actions = [new()
                    {
                        Name = "Upload", ActionTypeId = new() { Category = ActionCategory.Source, Owner = ActionOwner.AWS, Provider = "S3", Version = "1" },
                        OutputArtifacts = [new() { Name = "upload" }], Configuration = new() { ["S3Bucket"] = Bucket, ["S3ObjectKey"] = "missing.zip" },
                    }] },
                    new() { Name = "Approve", Actions = [new()
                    {
                        Name = "Approve", ActionTypeId = new() { Category = ActionCategory.Approval, Owner = ActionOwner.AWS, Provider = "Manual", Version = "1" },
                    }] },
                ],
            },
        }, Cancelled);

    private static async Task<int> LeftAsync(IAmazonSQS sqs, string queue)
    {
        var answer = await sqs.GetQueueAttributesAsync(new GetQueueAttributesRequest
        {
            QueueUrl = queue, AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }, Cancelled);
        return answer.Attributes.Values.Sum(int.Parse);
    }
}
