using Amazon.CodePipeline;
using Amazon.CodePipeline.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace MLOps.Tests.Benchmarks.Seeding;

/// <summary>
/// Creates pipelines by the API: a source in S3 and an approval. A new pipeline runs at once; one in ten finds its source and waits for the
/// approval, the others end Failed for want of it.
/// </summary>
internal static class PipelineSeed
{
    private const string Bucket = "benchmark-artifacts";
    private const int WithSource = 10;

    public static async Task CreateAsync(string url, int count)
    {
        var who = new BasicAWSCredentials("test", "test");
        using var s3 = new AmazonS3Client(who, new AmazonS3Config { ServiceURL = url, AuthenticationRegion = StateSeed.Scope.Region, ForcePathStyle = true });
        using var pipelines = new AmazonCodePipelineClient(who, new AmazonCodePipelineConfig { ServiceURL = url, AuthenticationRegion = StateSeed.Scope.Region });
        await s3.PutBucketAsync(Bucket);
        await s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = Bucket, VersioningConfig = new() { Status = VersionStatus.Enabled } });
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "sources/there.zip", ContentBody = "benchmark" });
        var names = Enumerable.Range(0, count).Select(i => (Name: $"team-{i:000}-pipeline", Key: i % WithSource == 0 ? "sources/there.zip" : $"sources/missing-{i}.zip")).ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (pipeline, cancelled) =>
            await pipelines.CreatePipelineAsync(new CreatePipelineRequest { Pipeline = Declaration(pipeline.Name, pipeline.Key) }, cancelled));
        // A state that still moves would be measured with the pages.
        await Eventually.TrueAsync(async () => await RunningAsync(pipelines, [names[^1].Name, names[names.Count / 2].Name]) == 0, TimeSpan.FromMinutes(2), "the pipelines have run");
    }

    private static async Task<int> RunningAsync(AmazonCodePipelineClient pipelines, IEnumerable<string> names)
    {
        var running = 0;
        foreach (var name in names)
        {
            var state = await pipelines.GetPipelineStateAsync(new GetPipelineStateRequest { Name = name });
            running += state.StageStates[0].LatestExecution?.Status is { } status && status != StageExecutionStatus.InProgress ? 0 : 1;
        }
        return running;
    }

    private static PipelineDeclaration Declaration(string name, string key) => new()
    {
        Name = name,
        PipelineType = PipelineType.V2,
        RoleArn = $"arn:aws:iam::{StateSeed.Scope.Account}:role/mlops-pipeline",
        ArtifactStore = new() { Type = ArtifactStoreType.S3, Location = Bucket },
        Stages =
        [
            Stage("Source", Action("Upload", ActionCategory.Source, "S3", [new() { Name = "upload" }],
                new() { ["S3Bucket"] = Bucket, ["S3ObjectKey"] = key, ["PollForSourceChanges"] = "false" })),
            Stage("DeployApproval", Action("ApproveDeploy", ActionCategory.Approval, "Manual", [], [])),
        ],
    };

    private static StageDeclaration Stage(string name, ActionDeclaration action) => new() { Name = name, Actions = [action] };

    private static ActionDeclaration Action(string name, ActionCategory category, string provider, List<OutputArtifact> outputs, Dictionary<string, string> configuration) => new()
    {
        Name = name,
        ActionTypeId = new() { Category = category, Owner = ActionOwner.AWS, Provider = provider, Version = "1" },
        OutputArtifacts = outputs,
        Configuration = configuration,
        RunOrder = 1,
    };
}
