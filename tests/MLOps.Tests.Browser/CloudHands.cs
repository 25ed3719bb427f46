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
    public Task<string> UploadAsync(params (string Name, string Value)[] hyperparameters) => UploadAsync(new Asked("", Challenges: false), hyperparameters);

    /// <summary>The same, as somebody in particular.</summary>
    public async Task<string> UploadAsync(Asked asked, params (string Name, string Value)[] hyperparameters)
    {
        var before = (await ExecutionsAsync())[0].PipelineExecutionId;
        using var current = await s3.GetObjectAsync(Bucket, Upload);
        using var zip = new MemoryStream();
        await current.ResponseStream.CopyToAsync(zip);
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Update, leaveOpen: true))
        {
            await ChangeAsync(archive, "trainingjob.json", job =>
            {
                foreach (var (name, value) in hyperparameters)
                    job["HyperParameters"]![name] = value;
            });
            if (asked.Challenges)
                await ChangeAsync(archive, "deployment.json", deployment => (deployment["ProductionEndpoint"]!["ABTests"], deployment["ProductionEndpoint"]!["InitialVariantWeight"]) = (true, 0.25));
        }
        zip.Position = 0;
        var request = new PutObjectRequest { BucketName = Bucket, Key = Upload, InputStream = zip, ContentType = "application/zip", AutoCloseStream = false };
        if (asked.By.Length > 0)
            request.Metadata.Add("requested-by", asked.By);
        await s3.PutObjectAsync(request);
        var started = "";
        await Eventually.TrueAsync(async () => (started = (await ExecutionsAsync())[0].PipelineExecutionId) != before, TimeSpan.FromSeconds(30), "the upload starts an execution");
        return started;
    }

    /// <summary>Deploys the model of the DEV endpoint to another one, past the pipeline; answers the configuration that served before.</summary>
    public async Task<string> ServeDevelopmentsModelAsync(string endpoint)
    {
        var before = (await sageMaker.DescribeEndpointAsync(new() { EndpointName = endpoint })).EndpointConfigName;
        var development = (await sageMaker.DescribeEndpointAsync(new() { EndpointName = "iris-model-development" })).EndpointConfigName;
        var variants = (await sageMaker.DescribeEndpointConfigAsync(new() { EndpointConfigName = before })).ProductionVariants;
        variants[0].ModelName = (await sageMaker.DescribeEndpointConfigAsync(new() { EndpointConfigName = development })).ProductionVariants[0].ModelName;
        var other = $"past-the-pipeline-{Guid.NewGuid():n}";
        await sageMaker.CreateEndpointConfigAsync(new() { EndpointConfigName = other, ProductionVariants = variants });
        await ServeAsync(endpoint, other);
        return before;
    }

    /// <summary>Lets an endpoint use a configuration, and waits until it does.</summary>
    public async Task ServeAsync(string endpoint, string config)
    {
        await sageMaker.UpdateEndpointAsync(new() { EndpointName = endpoint, EndpointConfigName = config, RetainAllVariantProperties = true });
        await Eventually.TrueAsync(async () => await sageMaker.DescribeEndpointAsync(new() { EndpointName = endpoint }) is { EndpointStatus.Value: "InService" } now && now.EndpointConfigName == config,
            TimeSpan.FromSeconds(60), $"{endpoint} serves {config}");
    }

    /// <summary>The names of the variants that serve.</summary>
    public async Task<IReadOnlyList<string>> VariantsAsync(string endpoint) =>
        [.. (await sageMaker.DescribeEndpointAsync(new() { EndpointName = endpoint })).ProductionVariants.Select(v => v.VariantName)];

    /// <summary>Says yes to what waits for production, as somebody does at the AWS console.</summary>
    public async Task ApproveAsync()
    {
        var state = await pipelines.GetPipelineStateAsync(new() { Name = Pipeline });
        var (stage, action) = state.StageStates.SelectMany(s => s.ActionStates.Select(a => (s.StageName, Action: a))).First(a => a.Action.LatestExecution?.Token is not null);
        await pipelines.PutApprovalResultAsync(new()
        {
            PipelineName = Pipeline, StageName = stage, ActionName = action.ActionName, Token = action.LatestExecution.Token, Result = new() { Status = ApprovalStatus.Approved, Summary = "Looked at elsewhere" },
        });
    }

    /// <summary>Tunes what a job trained, in two trials.</summary>
    public async Task TuneAsync(string name, string job)
    {
        var like = await sageMaker.DescribeTrainingJobAsync(new() { TrainingJobName = job });
        await sageMaker.CreateHyperParameterTuningJobAsync(new()
        {
            HyperParameterTuningJobName = name,
            HyperParameterTuningJobConfig = new()
            {
                Strategy = HyperParameterTuningJobStrategyType.Random,
                ResourceLimits = new() { MaxNumberOfTrainingJobs = 2, MaxParallelTrainingJobs = 2 },
                HyperParameterTuningJobObjective = new() { MetricName = "logistic:log_loss", Type = HyperParameterTuningJobObjectiveType.Minimize },
                ParameterRanges = new() { ContinuousParameterRanges = [new() { Name = "logistic_C", MinValue = "0.1", MaxValue = "10" }] },
            },
            TrainingJobDefinition = new()
            {
                AlgorithmSpecification = new() { TrainingImage = like.AlgorithmSpecification.TrainingImage, TrainingInputMode = like.AlgorithmSpecification.TrainingInputMode, MetricDefinitions = like.AlgorithmSpecification.MetricDefinitions },
                StaticHyperParameters = like.HyperParameters.Where(p => p.Key != "logistic_C").ToDictionary(),
                RoleArn = like.RoleArn, InputDataConfig = like.InputDataConfig, OutputDataConfig = like.OutputDataConfig, ResourceConfig = like.ResourceConfig, StoppingCondition = like.StoppingCondition,
            },
        });
    }

    /// <summary>Lets the model that serves DEV predict a file of measurements.</summary>
    public async Task TransformAsync(string name)
    {
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "data/to-predict/flowers.csv", ContentBody = "5.1,3.5,1.4,0.2\n6.7,3.0,5.2,2.3\n" });
        await sageMaker.CreateTransformJobAsync(new()
        {
            TransformJobName = name,
            ModelName = await AnyModelAsync(),
            TransformInput = new() { ContentType = "text/csv", SplitType = SplitType.Line, DataSource = new() { S3DataSource = new() { S3DataType = S3DataType.S3Prefix, S3Uri = $"s3://{Bucket}/data/to-predict/" } } },
            TransformOutput = new() { S3OutputPath = $"s3://{Bucket}/predicted/", AssembleWith = AssemblyType.Line },
            TransformResources = new() { InstanceCount = 1, InstanceType = TransformInstanceType.MlM5Large },
        });
    }

    public async Task<string> AnyModelAsync() => (await sageMaker.ListModelsAsync(new())).Models[0].ModelName;

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

    private static async Task ChangeAsync(ZipArchive archive, string file, Action<JsonNode> change)
    {
        var entry = archive.GetEntry(file)!;
        JsonNode json;
        using (var stream = entry.Open())
            json = JsonNode.Parse(stream)!;
        change(json);
        entry.Delete();
        using var writer = new StreamWriter(archive.CreateEntry(file).Open());
        await writer.WriteAsync(json.ToJsonString());
    }

    /// <summary>Who uploads, and whether the new model joins production as a challenger with a fifth of the traffic.</summary>
    public sealed record Asked(string By, bool Challenges);

    public void Dispose()
    {
        s3.Dispose();
        pipelines.Dispose();
        sageMaker.Dispose();
    }
}
