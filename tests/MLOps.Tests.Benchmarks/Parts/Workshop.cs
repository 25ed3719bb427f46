using System.Diagnostics;
using Amazon.CodePipeline;
using Amazon.CodePipeline.Model;
using Amazon.Runtime;
using Amazon.SageMaker;
using Amazon.SageMaker.Model;
using MLOps.Tests.Benchmarks.Measuring;

namespace MLOps.Tests.Benchmarks.Parts;

/// <summary>How long the portal took on a fresh state, each since the start of its process but the last.</summary>
internal sealed record StartTimes(TimeSpan FirstPage, TimeSpan ApprovalWaits, TimeSpan ProductionServes);

/// <summary>The portal on a fresh state with the workshop's project in its cloud; the last one stays for what comes next.</summary>
internal sealed class Workshop : IAsyncDisposable
{
    public const string Development = "iris-model-development";
    public const string Production = "iris-model-production";
    private const string Pipeline = "iris-model-pipeline";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly SocketsHttpHandler handler = new();

    public PortalProcess? Portal { get; private set; }

    public HttpClient Http => field ??= new HttpClient(handler, disposeHandler: false);

    /// <summary>Starts a portal in the place of the last one, and takes its project to production.</summary>
    public async Task<StartTimes> StartAsync()
    {
        if (Portal is not null)
            await Portal.DisposeAsync();
        Portal = new PortalProcess { IsMeasured = true };
        var begun = Stopwatch.GetTimestamp();
        var starting = Portal.StartAsync(Http);
        var first = await Until.TrueAsync(async () =>
        {
            using var answer = await Http.GetAsync(Portal.Url);
            return answer.IsSuccessStatusCode;
        }, Patience, "the first page answers", begun);
        await starting;
        var who = new BasicAWSCredentials("test", "test");
        using var pipelines = new AmazonCodePipelineClient(who, new AmazonCodePipelineConfig { ServiceURL = Portal.CloudUrl, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
        using var models = new AmazonSageMakerClient(who, new AmazonSageMakerConfig { ServiceURL = Portal.CloudUrl, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
        var token = "";
        var waits = await Until.TrueAsync(async () => (token = await TokenAsync(pipelines)).Length > 0, Patience, "an approval waits", begun);
        var approved = Stopwatch.GetTimestamp();
        await pipelines.PutApprovalResultAsync(new PutApprovalResultRequest
        {
            PipelineName = Pipeline, StageName = "DeployApproval", ActionName = "ApproveDeploy", Token = token,
            Result = new() { Status = ApprovalStatus.Approved, Summary = "Measured" },
        });
        var serves = await Until.TrueAsync(
            async () => (await models.DescribeEndpointAsync(new DescribeEndpointRequest { EndpointName = Production })).EndpointStatus == EndpointStatus.InService,
            Patience, "production is in service", approved);
        return new StartTimes(first, waits, serves);
    }

    public async ValueTask DisposeAsync()
    {
        if (Portal is not null)
            await Portal.DisposeAsync();
        handler.Dispose();
    }

    private static async Task<string> TokenAsync(AmazonCodePipelineClient pipelines)
    {
        var state = await pipelines.GetPipelineStateAsync(new GetPipelineStateRequest { Name = Pipeline });
        return state.StageStates.Single(s => s.StageName == "DeployApproval").ActionStates.Single().LatestExecution?.Token ?? "";
    }
}
