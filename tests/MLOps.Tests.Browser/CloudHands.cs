using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.CodePipeline;
using Amazon.CodePipeline.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SageMaker;
using Amazon.SageMaker.Model;

namespace MLOps.Tests.Browser;

/// <summary>What a data scientist does from a shell: looks at the cloud and uploads, past the portal.</summary>
internal sealed class CloudHands : IDisposable
{
    public const string Pipeline = "iris-model-pipeline";
    private const string Bucket = "mlops-us-east-1-123456789012";
    private const string Upload = "training_jobs/iris-model/trainingjob.zip";
    private readonly AmazonS3Client s3;
    private readonly AmazonCodePipelineClient pipelines;
    private readonly AmazonSageMakerClient sageMaker;

    public CloudHands(string url)
    {
        var who = new BasicAWSCredentials("test", "test");
        s3 = new(who, new AmazonS3Config { ServiceURL = url, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        pipelines = new(who, new AmazonCodePipelineConfig { ServiceURL = url, AuthenticationRegion = "us-east-1" });
        sageMaker = new(who, new AmazonSageMakerConfig { ServiceURL = url, AuthenticationRegion = "us-east-1" });
    }

    /// <summary>The executions of the model's pipeline, newest first; none while the pipeline is not there yet.</summary>
    public async Task<IReadOnlyList<PipelineExecutionSummary>> ExecutionsAsync()
    {
        try
        {
            return (await pipelines.ListPipelineExecutionsAsync(new() { PipelineName = Pipeline })).PipelineExecutionSummaries ?? [];
        }
        catch (Exception e) when (e is PipelineNotFoundException or HttpRequestException)
        {
            return [];
        }
    }

    /// <summary>The stage as it stands: whose it is, and the status of its latest execution; empty while the cloud does not answer.</summary>
    public async Task<(string Execution, string Status)> StageAsync(string stage)
    {
        try
        {
            var state = await pipelines.GetPipelineStateAsync(new() { Name = Pipeline });
            var latest = state.StageStates.First(s => s.StageName == stage).LatestExecution;
            return (latest?.PipelineExecutionId ?? "", latest?.Status?.Value ?? "");
        }
        catch (HttpRequestException)
        {
            return ("", "");
        }
    }

    /// <summary>Waits until the execution stands at the stage with the status.</summary>
    public Task StandsAsync(string execution, string stage, string status) => Eventually.TrueAsync(
        async () => await StageAsync(stage) == (execution, status), TimeSpan.FromSeconds(180), $"{execution} is {status} in {stage}");

    public async Task<DescribeTrainingJobResponse?> JobAsync(string name)
    {
        try
        {
            return await sageMaker.DescribeTrainingJobAsync(new() { TrainingJobName = name });
        }
        catch (AmazonSageMakerException e) when (e.ErrorCode == "ValidationException")
        {
            return null;
        }
    }

    /// <summary>Uploads the training job again with hyperparameters set as said; answers the execution which that starts.</summary>
    public async Task<string> UploadAsync(params (string Name, string Value)[] hyperparameters)
    {
        var before = (await ExecutionsAsync())[0].PipelineExecutionId;
        using var current = await s3.GetObjectAsync(Bucket, Upload);
        using var zip = new MemoryStream();
        await current.ResponseStream.CopyToAsync(zip);
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = archive.GetEntry("trainingjob.json")!;
            JsonNode job;
            using (var stream = entry.Open())
                job = JsonNode.Parse(stream)!;
            foreach (var (name, value) in hyperparameters)
                job["HyperParameters"]![name] = value;
            entry.Delete();
            using var writer = new StreamWriter(archive.CreateEntry("trainingjob.json").Open());
            await writer.WriteAsync(job.ToJsonString());
        }
        zip.Position = 0;
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = Upload, InputStream = zip, ContentType = "application/zip", AutoCloseStream = false });
        var started = "";
        await Eventually.TrueAsync(async () => (started = (await ExecutionsAsync())[0].PipelineExecutionId) != before, TimeSpan.FromSeconds(30), "the upload starts an execution");
        return started;
    }

    /// <summary>Changes the training and validation data, line by line.</summary>
    public async Task ChangeDataAsync(Func<string, string> change)
    {
        foreach (var key in (await s3.ListObjectsV2Async(new() { BucketName = Bucket, Prefix = "data/iris/" })).S3Objects.Select(o => o.Key))
        {
            using var current = await s3.GetObjectAsync(Bucket, key);
            using var reader = new StreamReader(current.ResponseStream);
            var text = change(await reader.ReadToEndAsync());
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), ContentType = "text/csv" });
        }
    }

    public void Dispose()
    {
        s3.Dispose();
        pipelines.Dispose();
        sageMaker.Dispose();
    }
}
