using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Evaluations;

/// <summary>
/// Runs the command <c>evaluate</c> of the training job's own image as a processing job. Its name holds a digest of the
/// training job's, by which it is found again: nothing needs to be remembered.
/// </summary>
internal sealed class EvaluationJobs(ICloudClients clients, ITrainingReader training, IObjectStore objects, TimeProvider time) : IEvaluations
{
    private const string Root = "/opt/ml/processing";
    private const string ResultFile = "evaluation.json";
    private static readonly string[] Channels = ["validation", "test"];
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    public async Task<Evaluation?> LatestAsync(string connection, string trainingJob, CancellationToken cancelled = default)
    {
        var client = clients.Get<IAmazonSageMaker>(connection);
        var found = await client.ListProcessingJobsAsync(new Aws.ListProcessingJobsRequest
        {
            NameContains = Mark(trainingJob),
            MaxResults = 1,
            SortBy = SortBy.CreationTime,
            SortOrder = SortOrder.Descending,
        }, cancelled);
        if (found.ProcessingJobSummaries.OrEmpty().FirstOrDefault() is not { } newest)
            return null;
        var job = await client.DescribeProcessingJobAsync(new Aws.DescribeProcessingJobRequest { ProcessingJobName = newest.ProcessingJobName }, cancelled);
        var evaluation = Map(job);
        return evaluation.Status == "Completed" ? await WithResultAsync(connection, evaluation, cancelled) : evaluation;
    }

    public async Task<string> StartAsync(string connection, string trainingJob, CancellationToken cancelled = default)
    {
        var job = await training.DetailAsync(connection, trainingJob, cancelled);
        if (job.ModelArtifact.Length == 0 || job.Job.Status != "Completed")
            throw Invalid($"The training job {trainingJob} has left no model to evaluate.");
        var data = Channels.Select(c => job.Channels.FirstOrDefault(h => h.Name == c)).FirstOrDefault(c => c is not null)
            ?? throw Invalid($"The training job {trainingJob} has neither a channel 'validation' nor 'test': there are no rows whose labels the model has not learned.");
        var name = $"{trainingJob[..Math.Min(trainingJob.Length, 36)].TrimEnd('-')}-{Mark(trainingJob)}-{time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
        await clients.Get<IAmazonSageMaker>(connection).CreateProcessingJobAsync(Request(name, job, data), cancelled);
        return name;
    }

    /// <summary>What the names of a training job's evaluations have in common.</summary>
    internal static string Mark(string trainingJob) => $"eval-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(trainingJob)))[..8]}";

    /// <summary>The matrices of a result file.</summary>
    /// <exception cref="JsonException">It is no such file.</exception>
    internal static (int Rows, ValueList<ConfusionMatrix> Matrices) Read(byte[] content)
    {
        using var json = JsonDocument.Parse(content);
        var matrices = new List<ConfusionMatrix>();
        foreach (var algorithm in json.RootElement.GetProperty("algorithms").EnumerateObject())
        {
            // A regression has metrics and nothing to confuse.
            var classes = algorithm.Value.TryGetProperty("classes", out var names) ? names.EnumerateArray().Select(n => n.GetString() ?? "").ToValueList() : [];
            var counts = algorithm.Value.TryGetProperty("confusion", out var rows)
                ? rows.EnumerateArray().Select(r => r.EnumerateArray().Select(n => n.GetInt32()).ToValueList()).ToValueList() : [];
            matrices.Add(new ConfusionMatrix(algorithm.Name, classes, counts,
                algorithm.Value.GetProperty("metrics").EnumerateObject().Select(m => new MetricValue(m.Name, m.Value.GetDouble())).ToValueList()));
        }
        return (json.RootElement.GetProperty("rows").GetInt32(), matrices.ToValueList());
    }

    private async Task<Evaluation> WithResultAsync(string connection, Evaluation evaluation, CancellationToken cancelled)
    {
        if (ObjectRef.Parse($"{evaluation.Output.TrimEnd('/')}/{ResultFile}") is not { } place)
            return evaluation;
        try
        {
            var (rows, matrices) = Read(await objects.ReadAsync(connection, place, cancelled: cancelled));
            return evaluation with { Rows = rows, Matrices = matrices };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return evaluation with { FailureReason = $"{place} is no result of an evaluation: {e.Message}" };
        }
    }

    private static Evaluation Map(Aws.DescribeProcessingJobResponse j) => new(j.ProcessingJobName, j.ProcessingJobStatus.Word())
    {
        Created = j.CreationTime.Time() ?? default,
        Ended = j.ProcessingEndTime.Time(),
        FailureReason = j.ProcessingJobStatus.Word() == "Failed" ? string.Join(": ", new[] { j.FailureReason, j.ExitMessage }.Where(t => !string.IsNullOrEmpty(t))) : "",
        Image = j.AppSpecification?.ImageUri ?? "",
        Data = j.ProcessingInputs.OrEmpty().FirstOrDefault(i => i.InputName == "validation")?.S3Input?.S3Uri ?? "",
        Output = j.ProcessingOutputConfig?.Outputs.OrEmpty().FirstOrDefault()?.S3Output?.S3Uri ?? "",
    };

    private static Aws.CreateProcessingJobRequest Request(string name, TrainingJobDetail job, DataChannel data) => new()
    {
        ProcessingJobName = name,
        RoleArn = job.RoleArn,
        AppSpecification = new Aws.AppSpecification { ImageUri = job.Job.Image, ContainerArguments = ["evaluate"] },
        Environment = job.Hyperparameters.FirstOrDefault(h => h.Name == "target") is { } target ? new() { ["TARGET"] = target.Value } : null,
        ProcessingInputs = [Input("model", job.ModelArtifact), Input("validation", data.S3Uri)],
        ProcessingOutputConfig = new Aws.ProcessingOutputConfig
        {
            Outputs =
            [
                new Aws.ProcessingOutput
                {
                    OutputName = "evaluation",
                    S3Output = new Aws.ProcessingS3Output
                    {
                        LocalPath = $"{Root}/evaluation",
                        S3Uri = $"{job.OutputPath.TrimEnd('/')}/{job.Job.Name}/{name}",
                        S3UploadMode = ProcessingS3UploadMode.EndOfJob,
                    },
                },
            ],
        },
        ProcessingResources = new Aws.ProcessingResources
        {
            ClusterConfig = new Aws.ProcessingClusterConfig { InstanceCount = 1, InstanceType = job.Job.InstanceType, VolumeSizeInGB = Math.Max(1, job.VolumeGigabytes) },
        },
        StoppingCondition = new Aws.ProcessingStoppingCondition { MaxRuntimeInSeconds = (int)Limit.TotalSeconds },
        Tags = [new Aws.Tag { Key = "training-job", Value = job.Job.Name }],
    };

    private static Aws.ProcessingInput Input(string name, string uri) => new()
    {
        InputName = name,
        S3Input = new Aws.ProcessingS3Input { S3Uri = uri, LocalPath = $"{Root}/{name}", S3DataType = ProcessingS3DataType.S3Prefix, S3InputMode = ProcessingS3InputMode.File },
    };

    private static CloudException Invalid(string message) => new(new CloudFault(CloudFaultKind.Invalid, message));
}
