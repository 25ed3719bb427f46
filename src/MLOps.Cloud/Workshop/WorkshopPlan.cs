using System.Text;
using Amazon.CodeCommit;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Events;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Values;
using Commit = Amazon.CodeCommit.Model;

namespace MLOps.Cloud.Workshop;

/// <summary>
/// The steps of the workshop, in order. Each looks first at what is there already, and can be run any number of times.
/// </summary>
internal sealed class WorkshopPlan(
    ICloudClients clients, ICloudConnections connections, StackDeployer stacks, WorkshopAssets assets, ObjectStore objects, PipelineCalls pipelines, EventQueues events,
    IOptions<CloudOptions> options, TimeProvider time)
{
    private const string Model = "iris-model";
    private const string ImagePipeline = "mlops-image-pipeline";
    private const string ModelPipeline = $"{Model}-pipeline";
    private const string Upload = $"training_jobs/{Model}/trainingjob.zip";
    private const string Branch = "main";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private static readonly (string File, string Key)[] DataFiles =
    [
        ("workshop/iris-model/data/train.csv", "data/iris/train/train.csv"),
        ("workshop/iris-model/data/validation.csv", "data/iris/validation/validation.csv"),
    ];

    private string bucket = "";
    private string repository = "";

    /// <summary>The identifier, title and work of each step. The work reports what it does by its first argument.</summary>
    public IReadOnlyList<(string Id, string Title, Func<Action<string>, CancellationToken, Task> Work)> Steps =>
    [
        ("base", "Create the base stack", BaseAsync),
        ("sources", "Commit the sources of the images", SourcesAsync),
        ("image-pipeline", "Create the image pipeline", ImagePipelineAsync),
        ("data", "Upload the iris data set", DataAsync),
        ("upload", "Upload the first training job", UploadAsync),
        ("images", "Build the images", ImagesAsync),
        // Last: a new pipeline runs at once, and needs the upload and the images.
        ("model-pipeline", "Create the model pipeline", ModelPipelineAsync),
        ("events", "Listen to events", EventsAsync),
    ];

    private string Connection => connections.Default.Name;

    private async Task BaseAsync(Action<string> progress, CancellationToken cancelled)
    {
        var outputs = await stacks.EnsureAsync(Connection, "mlops-base", await assets.TextAsync("base.yml", cancelled), Nothing, progress, cancelled);
        bucket = Output(outputs, "Bucket");
        repository = Output(outputs, "ImageSources");
    }

    private async Task SourcesAsync(Action<string> progress, CancellationToken cancelled)
    {
        var client = clients.Get<IAmazonCodeCommit>(Connection);
        try
        {
            await client.GetBranchAsync(new Commit.GetBranchRequest { RepositoryName = repository, BranchName = Branch }, cancelled);
            return;
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            // The repository is new.
        }
        var files = await assets.ImageSourcesAsync(cancelled);
        progress($"{files.Count} files");
        await client.CreateCommitAsync(new Commit.CreateCommitRequest
        {
            RepositoryName = repository,
            BranchName = Branch,
            AuthorName = "MLOps Portal",
            CommitMessage = "Add the base and dispatcher images",
            PutFiles = [.. files.Select(f => new Commit.PutFileEntry { FilePath = f.Path, FileContent = new MemoryStream(f.Content) })],
        }, cancelled);
    }

    private async Task ImagePipelineAsync(Action<string> progress, CancellationToken cancelled) =>
        await stacks.EnsureAsync(Connection, "mlops-image-pipeline", await assets.TextAsync("image-pipeline.yml", cancelled), Nothing, progress, cancelled);

    private async Task DataAsync(Action<string> progress, CancellationToken cancelled)
    {
        foreach (var (file, key) in DataFiles)
        {
            progress(key);
            if (!await ExistsAsync(key, cancelled))
                await objects.WriteAsync(Connection, bucket, key, await assets.BytesAsync(file, cancelled), "text/csv", cancelled);
        }
    }

    private async Task ModelPipelineAsync(Action<string> progress, CancellationToken cancelled)
    {
        var (zip, hash) = await assets.FunctionAsync(cancelled);
        var key = $"assets/train_model-{hash}.zip";
        if (!await ExistsAsync(key, cancelled))
            await objects.WriteAsync(Connection, bucket, key, zip, "application/zip", cancelled);
        var parameters = new Dictionary<string, string> { ["ModelName"] = Model, ["FunctionKey"] = key, ["PortalUrl"] = options.Value.Workshop.PortalUrl };
        await stacks.EnsureAsync(Connection, "mlops-model-pipeline", await assets.TextAsync("model-pipeline.yml", cancelled), parameters, progress, cancelled);
    }

    private async Task EventsAsync(Action<string> progress, CancellationToken cancelled)
    {
        var outputs = await stacks.EnsureAsync(Connection, "mlops-portal-events", await assets.TextAsync("portal-events.yml", cancelled), Nothing, progress, cancelled);
        events.Found(Connection, Output(outputs, "QueueUrl", "mlops-portal-events"));
    }

    private async Task ImagesAsync(Action<string> progress, CancellationToken cancelled)
    {
        var failedBefore = await LatestAsync(ImagePipeline, cancelled) is { Status: "Failed" or "Stopped" or "Cancelled" } failed ? failed.Id : null;
        if (failedBefore is not null)
            await pipelines.On(Connection).StartPipelineExecutionAsync(new() { Name = ImagePipeline }, cancelled);
        var started = time.GetTimestamp();
        while (true)
        {
            var latest = await LatestAsync(ImagePipeline, cancelled);
            if (latest is null || latest.Id == failedBefore)
            {
                if (time.GetElapsedTime(started) > StartPatience)
                    throw new WorkshopException($"The pipeline {ImagePipeline} did not start.", $"Start the pipeline {ImagePipeline}, and try again.");
            }
            else if (latest.Status == "Succeeded")
            {
                return;
            }
            else if (Status.Kind(latest.Status) is StatusKind.Failed or StatusKind.Stopped)
            {
                throw new WorkshopException(
                    $"The pipeline {ImagePipeline} {latest.Status.ToLowerInvariant()}: {await WhyAsync(latest.Id, cancelled)}",
                    $"Look at the log of the build in the pipeline {ImagePipeline}; trying again starts it once more.");
            }
            else
            {
                progress(await DoingAsync(latest.Id, cancelled));
            }
            await Task.Delay(Pause, time, cancelled);
        }
    }

    private async Task UploadAsync(Action<string> progress, CancellationToken cancelled)
    {
        progress(Upload);
        if (await ExistsAsync(Upload, cancelled))
            return;
        var place = connections.Default;
        var zip = await assets.TrainingJobAsync(place.Account, place.Region, bucket, cancelled);
        // CodePipeline shows the first entry as the revision's summary.
        Setting[] metadata = [new("codepipeline-artifact-revision-summary", "The workshop's first iris model"), new(ModelEvidenceReader.RequestedByKey, "workshop")];
        await objects.WriteAsync(Connection, bucket, Upload, zip, "application/zip", metadata, cancelled);
    }

    private static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>();

    private static string Output(IReadOnlyDictionary<string, string> outputs, string name, string stack = "mlops-base") => outputs.GetValueOrDefault(name)
        ?? throw new WorkshopException($"The stack {stack} has no output {name}: another template made it.", $"Delete the stack {stack}, or start with a fresh state, and try again.");

    private async Task<bool> ExistsAsync(string key, CancellationToken cancelled) =>
        (await objects.ListAsync(Connection, bucket, key, null, cancelled)).Items.Any(o => o.Key == key);

    private async Task<PipelineExecution?> LatestAsync(string pipeline, CancellationToken cancelled) =>
        (await pipelines.ExecutionsAsync(Connection, pipeline, 1, null, cancelled)).Items is [var latest, ..] ? latest : null;

    private async Task<string> DoingAsync(string execution, CancellationToken cancelled)
    {
        var actions = await pipelines.ActionsAsync(Connection, ImagePipeline, execution, cancelled);
        return actions.Select(PipelineMapping.Execution).FirstOrDefault(a => a.Status == "InProgress") is { } running
            ? $"{running.Stage}: {running.Action}"
            : "waiting for the build";
    }

    private async Task<string> WhyAsync(string execution, CancellationToken cancelled)
    {
        var actions = await pipelines.ActionsAsync(Connection, ImagePipeline, execution, cancelled);
        var failed = actions.Select(PipelineMapping.Execution).FirstOrDefault(a => a.Status == "Failed");
        var why = new StringBuilder(failed?.Action ?? "no action says why");
        if (failed is not null)
            why.Append(": ").Append(failed.ErrorMessage.Length > 0 ? failed.ErrorMessage : failed.Summary);
        return why.ToString();
    }
}
