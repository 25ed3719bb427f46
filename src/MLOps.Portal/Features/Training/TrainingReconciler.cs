using MLOps.Cloud.Evaluations;
using MLOps.Cloud.Training;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Portal.Features.Training;

/// <summary>Finds out what became of training jobs: launched, stopped, evaluated; and of uploads for pipelines.</summary>
internal sealed class TrainingReconciler(ITrainingReader reader, ITrainingUploads uploads, IEvaluations evaluations) : IReconciler
{
    private const string Job = "training job";
    private const string Bucket = "bucket";
    private const string Key = "key";
    private const string Content = "sha256";

    public IReadOnlyCollection<string> Kinds { get; } = ["launch", "stop", "evaluate", "upload"];

    /// <summary>What is done to a job, such as <c>launch</c>.</summary>
    public static Deed Deed(string verb, string job) => new Deed($"{verb} {Job} {job}").With((Job, job));

    public static Deed Upload(UploadPlace place, byte[] zip) =>
        new Deed($"upload {place.Key} for {place.Pipeline}").With((Bucket, place.Bucket), (Key, place.Key), (Content, ITrainingUploads.Digest(zip)));

    public async Task<Finding?> LookAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (intent.Kind == "upload")
            return await UploadAsync(intent, cancelled);
        if (!intent.Details.TryGetValue(Job, out var name))
            return null;
        if (intent.Kind == "evaluate")
        {
            return await evaluations.LatestAsync(intent.Connection, name, cancelled) is { } evaluation && Lookup.IsSince(intent, evaluation.Created)
                ? Finding.Happened($"The processing job {evaluation.Name} was made.") : Finding.Absent("No processing job was made.");
        }
        var job = await Lookup.FindAsync(() => reader.DetailAsync(intent.Connection, name, cancelled));
        return intent.Kind switch
        {
            "launch" => Lookup.Made(intent, $"{Job} {name}", job?.Job.Created),
            _ => Lookup.Stopped(intent, $"{Job} {name}", job?.Job.Status, "StopTrainingJob"),
        };
    }

    private async Task<Finding?> UploadAsync(LedgerEntry intent, CancellationToken cancelled)
    {
        if (!intent.Details.TryGetValue(Bucket, out var bucket) || !intent.Details.TryGetValue(Key, out var key) || !intent.Details.TryGetValue(Content, out var digest))
            return null;
        var found = await uploads.FindAsync(intent.Connection, bucket, key, digest, intent.At - Lookup.Skew, cancelled);
        return found is { } version ? Finding.Happened($"It is there{(version.Length > 0 ? $" as version {version}" : "")}.") : Finding.Absent($"No version of s3://{bucket}/{key} since then has this content.");
    }
}
