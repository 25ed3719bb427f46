using System.IO.Compression;
using Amazon.CodePipeline;
using Amazon.CodePipeline.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace MLOps.Tests.Browser;

/// <summary>Makes small pipelines in an empty cloud, and answers their approvals from outside: a source, a stage of three approvals of which two wait at once, and one more stage.</summary>
internal sealed class PipelineHands : IDisposable
{
    public const string First = "Check", Second = "Ship";
    private const string Bucket = "stories";
    private readonly AmazonS3Client s3;
    private readonly AmazonCodePipelineClient pipelines;

    public PipelineHands(string url)
    {
        var who = new BasicAWSCredentials("test", "test");
        s3 = new(who, new AmazonS3Config { ServiceURL = url, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        pipelines = new(who, new AmazonCodePipelineConfig { ServiceURL = url, AuthenticationRegion = "us-east-1" });
    }

    /// <summary>A versioned bucket; the sources of the pipelines have two versions each.</summary>
    public async Task PrepareAsync(params string[] names)
    {
        await s3.PutBucketAsync(new PutBucketRequest { BucketName = Bucket });
        await s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = Bucket, VersioningConfig = new() { Status = VersionStatus.Enabled } });
        foreach (var name in names)
        {
            await UploadAsync(name, "one");
            await UploadAsync(name, "two");
        }
    }

    /// <summary>Creates a pipeline, which starts it.</summary>
    public Task CreateAsync(string name, string mode) => pipelines.CreatePipelineAsync(new() { Pipeline = Declare(name, mode, "nobody") });

    /// <summary>Gives a pipeline another default, which makes it a new version.</summary>
    public Task ChangeAsync(string name, string mode) => pipelines.UpdatePipelineAsync(new() { Pipeline = Declare(name, mode, "somebody") });

    /// <summary>Answers an approval as soon as it waits.</summary>
    public async Task AnswerAsync(string pipeline, string stage, string action, bool approve, string why)
    {
        string? token = null;
        await Eventually.TrueAsync(async () =>
        {
            var state = await pipelines.GetPipelineStateAsync(new() { Name = pipeline });
            token = state.StageStates.First(s => s.StageName == stage).ActionStates.First(a => a.ActionName == action).LatestExecution is { Status.Value: "InProgress" } latest ? latest.Token : null;
            return token is not null;
        }, TimeSpan.FromSeconds(60), $"{action} of {pipeline} waits");
        await pipelines.PutApprovalResultAsync(new()
        {
            PipelineName = pipeline, StageName = stage, ActionName = action, Token = token,
            Result = new() { Status = approve ? ApprovalStatus.Approved : ApprovalStatus.Rejected, Summary = why },
        });
    }

    /// <summary>Answers the approvals of the first stage: two that wait at once, then the one that comes after them.</summary>
    public async Task PassFirstAsync(string pipeline)
    {
        foreach (var action in new[] { "Numbers", "Words", "Sum" })
            await AnswerAsync(pipeline, First, action, approve: true, "right");
    }

    private async Task UploadAsync(string name, string text)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        await using (var entry = new StreamWriter(archive.CreateEntry("text.txt").Open()))
            await entry.WriteAsync(text);
        zip.Position = 0;
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = $"{name}.zip", InputStream = zip, ContentType = "application/zip", AutoCloseStream = false });
    }

    private static PipelineDeclaration Declare(string name, string mode, string who) => new()
    {
        Name = name,
        RoleArn = "arn:aws:iam::123456789012:role/stories",
        PipelineType = PipelineType.V2,
        ExecutionMode = new ExecutionMode(mode),
        ArtifactStore = new() { Type = ArtifactStoreType.S3, Location = Bucket },
        Variables = [new() { Name = "who", DefaultValue = who }],
        Stages =
        [
            new()
            {
                Name = "Source",
                Actions = [new() { Name = "Take", ActionTypeId = Type(ActionCategory.Source, "S3"), OutputArtifacts = [new() { Name = "Text" }], Configuration = new() { ["S3Bucket"] = Bucket, ["S3ObjectKey"] = $"{name}.zip" } }],
            },
            new() { Name = First, Actions = [Ask("Numbers", 1), Ask("Words", 1), Ask("Sum", 2)] },
            new() { Name = Second, Actions = [Ask("Release", 1)] },
        ],
    };

    private static ActionDeclaration Ask(string name, int order) =>
        new() { Name = name, RunOrder = order, ActionTypeId = Type(ActionCategory.Approval, "Manual"), Configuration = new() { ["CustomData"] = "For #{variables.who}" } };

    private static ActionTypeId Type(ActionCategory category, string provider) => new() { Category = category, Owner = ActionOwner.AWS, Provider = provider, Version = "1" };

    public void Dispose()
    {
        s3.Dispose();
        pipelines.Dispose();
    }
}
