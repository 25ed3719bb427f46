using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Evaluations;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;

namespace MLOps.Tests.Fakes;

/// <summary>Training, tuning, batch transforms and evaluations.</summary>
public sealed partial class FakeCloud : ITrainingReader, ITrainingCommands, ITrainingUploads, ITuningReader, ITuningCommands, ITransformReader, ITransformCommands, IEvaluations
{
    public FakeInventory<TuningJobSummary> Tunings { get; } = new(Now);

    public FakeInventory<TransformJobSummary> Transforms { get; } = new(Now);

    public Dictionary<string, TrainingJobDetail> JobDetails { get; } = [];

    public Dictionary<string, TuningJobDetail> TuningDetails { get; } = [];

    public Dictionary<string, TransformJobDetail> TransformDetails { get; } = [];

    public List<MetricSeries> JobMetrics { get; } = [];

    public List<Artifact> Artifacts { get; } = [];

    /// <summary>What the cloud itself lists, by query.</summary>
    public Func<TrainingJobQuery, string?, Page<TrainingJobSummary>>? Search { get; set; }

    public Evaluation? Evaluation { get; set; }

    public List<TrainingJobDraft> Launched { get; } = [];

    public List<TuningDraft> Tuned { get; } = [];

    public List<TransformDraft> Transformed { get; } = [];

    public List<UploadPlace> UploadPlaces { get; } = [];

    private void RegisterTraining(IServiceCollection services) => services
        .AddSingleton<IInventory<TuningJobSummary>>(Tunings).AddSingleton<IInventory<TransformJobSummary>>(Transforms)
        .AddSingleton<ITrainingReader>(this).AddSingleton<ITrainingCommands>(this).AddSingleton<ITrainingUploads>(this)
        .AddSingleton<ITuningReader>(this).AddSingleton<ITuningCommands>(this)
        .AddSingleton<ITransformReader>(this).AddSingleton<ITransformCommands>(this).AddSingleton<IEvaluations>(this);

    Task<TrainingJobDetail> ITrainingReader.DetailAsync(string connection, string job, CancellationToken cancelled) =>
        Read(() => Answer(JobDetails.GetValueOrDefault(job), $"training job {job}"));

    Task<IReadOnlyList<MetricSeries>> ITrainingReader.MetricsAsync(string connection, string job, CancellationToken cancelled) =>
        Read(() => Answer<IReadOnlyList<MetricSeries>>(JobMetrics, "metrics"));

    IAsyncEnumerable<LogLine> ITrainingReader.LogAsync(string connection, string job, bool follow, CancellationToken cancelled) => Log(follow, cancelled);

    Task<Page<TrainingJobSummary>> ITrainingReader.SearchAsync(string connection, TrainingJobQuery query, int size, string? next, CancellationToken cancelled) =>
        Read(() => Answer(Search, "search")(query, next));

    Task<IReadOnlyList<Artifact>> ITrainingReader.ArtifactsAsync(string connection, TrainingJobDetail job, CancellationToken cancelled) =>
        Read(() => Answer<IReadOnlyList<Artifact>>(Artifacts, "artifacts"));

    Task ITrainingCommands.CreateAsync(string connection, TrainingJobDraft draft, CancellationToken cancelled)
    {
        Launched.Add(draft);
        return Told($"launch {draft.Name}", 0);
    }

    Task ITrainingCommands.StopAsync(string connection, string job, CancellationToken cancelled) => Told($"stop job {job}", 0);

    Task<IReadOnlyList<UploadPlace>> ITrainingUploads.PlacesAsync(string connection, CancellationToken cancelled) =>
        Read(() => Answer<IReadOnlyList<UploadPlace>>(UploadPlaces, "places"));

    Task<string> ITrainingUploads.UploadAsync(
        string connection, UploadPlace place, ReadOnlyMemory<byte> zip, string summary, string requestedBy, CancellationToken cancelled) =>
        Told($"upload {place.Key} {zip.Length} '{summary}' by {requestedBy}", "version-1");

    /// <summary>The version of an upload by its digest.</summary>
    public Dictionary<string, string> Uploaded { get; } = [];

    Task<string?> ITrainingUploads.FindAsync(string connection, string bucket, string key, string digest, DateTimeOffset since, CancellationToken cancelled) =>
        Read(() => Uploaded.GetValueOrDefault(digest));

    Task<TuningJobDetail> ITuningReader.DetailAsync(string connection, string job, CancellationToken cancelled) =>
        Read(() => Answer(TuningDetails.GetValueOrDefault(job), $"tuning job {job}"));

    Task<IReadOnlyList<TrainingJobSummary>> ITuningReader.JobsAsync(string connection, TuningJobDetail job, CancellationToken cancelled) =>
        Read(() => Answer<IReadOnlyList<TrainingJobSummary>>([.. job.Trials.Select(t => JobDetails.GetValueOrDefault(t.Job)?.Job).OfType<TrainingJobSummary>()], "jobs"));

    Task ITuningCommands.CreateAsync(string connection, TuningDraft draft, CancellationToken cancelled)
    {
        Tuned.Add(draft);
        return Told($"tune {draft.Name}", 0);
    }

    Task ITuningCommands.StopAsync(string connection, string job, CancellationToken cancelled) => Told($"stop tuning {job}", 0);

    Task ITuningCommands.DeleteAsync(string connection, string job, CancellationToken cancelled) => Told($"delete tuning {job}", 0);

    Task<TransformJobDetail> ITransformReader.DetailAsync(string connection, string job, CancellationToken cancelled) =>
        Read(() => Answer(TransformDetails.GetValueOrDefault(job), $"transform job {job}"));

    Task<IReadOnlyList<ObjectInfo>> ITransformReader.OutputsAsync(string connection, TransformJobDetail job, CancellationToken cancelled) =>
        Read(() => Answer<IReadOnlyList<ObjectInfo>>([.. Artifacts.Select(a => new ObjectInfo(a.Place.Key, a.Size, a.Modified))], "outputs"));

    IAsyncEnumerable<LogLine> ITransformReader.LogAsync(string connection, string job, bool follow, CancellationToken cancelled) => Log(follow, cancelled);

    Task ITransformCommands.CreateAsync(string connection, TransformDraft draft, CancellationToken cancelled)
    {
        Transformed.Add(draft);
        return Told($"transform {draft.Name}", 0);
    }

    Task ITransformCommands.StopAsync(string connection, string job, CancellationToken cancelled) => Told($"stop transform {job}", 0);

    Task<Evaluation?> IEvaluations.LatestAsync(string connection, string trainingJob, CancellationToken cancelled) => Read(() => Evaluation);

    Task<string> IEvaluations.StartAsync(string connection, string trainingJob, CancellationToken cancelled) => Told($"evaluate {trainingJob}", "evaluation-1");
}
