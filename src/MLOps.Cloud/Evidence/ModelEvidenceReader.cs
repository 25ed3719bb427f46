using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Evidence;

/// <summary>Reads what an execution brought: its source files and its training job.</summary>
internal sealed class ModelEvidenceReader(ObjectStore objects, ITrainingReader training)
{
    private const int LargestUpload = 8 << 20;

    /// <summary>The key under which an upload's metadata names who made it.</summary>
    public const string RequestedByKey = "requested-by";

    /// <summary>The upload of an execution: its files, and who made it.</summary>
    public sealed record Upload(IReadOnlyDictionary<string, string> Files, string RequestedBy)
    {
        public string File(string name) => Files.GetValueOrDefault(name) ?? "";
    }

    /// <summary>Reads the upload: the very version that the execution consumed, or else the copy that CodePipeline made of it.</summary>
    /// <exception cref="CloudException">Neither can be read.</exception>
    public async Task<Upload?> UploadAsync(string connection, PipelineDefinition definition, ExecutionDetail execution, CancellationToken cancelled)
    {
        var source = definition.Stages.SelectMany(s => s.Actions).FirstOrDefault(a => a is { Category: "Source", Provider: "S3" });
        var run = execution.Actions.LastOrDefault(a => a.Action == source?.Name && a.Status == "Succeeded");
        var places = new List<ObjectRef>();
        if (source is not null && Revision(execution.Execution, source.Name) is { RevisionId.Length: > 0 } revision)
            places.Add(new ObjectRef(Setting(source.Configuration, "S3Bucket"), Setting(source.Configuration, "S3ObjectKey"), revision.RevisionId));
        if (run?.Outputs is [{ Bucket.Length: > 0 } artifact, ..])
            places.Add(new ObjectRef(artifact.Bucket, artifact.Key));
        CloudException? last = null;
        foreach (var place in places)
        {
            try
            {
                var (content, metadata) = await objects.ReadWithMetadataAsync(connection, place, LargestUpload, cancelled);
                return new Upload(await ObjectStore.FilesAsync(place, content, cancelled), metadata.GetValueOrDefault(RequestedByKey) ?? "");
            }
            catch (CloudException e) when (e.Fault.Kind is CloudFaultKind.NotFound or CloudFaultKind.Invalid)
            {
                // Without versions the revision is an ETag, which is no version id.
                last = e;
            }
        }
        throw last ?? new CloudException(new CloudFault(CloudFaultKind.NotFound, "The pipeline has no S3 source, or the execution consumed nothing of it."));
    }

    /// <summary>The evidence of one model; what cannot be read becomes a gap.</summary>
    /// <param name="job">The training job's name; empty where it is to be found by the execution.</param>
    public async Task<(ModelEvidence Model, Upload? Upload)> ReadAsync(
        string connection, PipelineDefinition definition, ExecutionDetail? execution, string job, string who, EvidenceGaps gaps, CancellationToken cancelled)
    {
        var uploading = execution is null
            ? Task.FromResult<Upload?>(null)
            : gaps.TryAsync($"{who}'s source files", () => UploadAsync(connection, definition, execution, cancelled));
        if (job.Length == 0)
            job = execution is null ? "" : TrainingJob(execution);
        if (job.Length == 0)
            gaps.Missing($"{who}'s training job", "The execution names no training job.");
        var detail = job.Length == 0 ? null : await gaps.TryAsync($"{who}'s training job", async () => (TrainingJobDetail?)await training.DetailAsync(connection, job, cancelled));
        var upload = await uploading;
        var revision = execution is null ? null : Revision(execution.Execution, null);
        return (new ModelEvidence
        {
            ExecutionId = execution?.Execution.Id ?? "",
            RevisionId = revision?.RevisionId ?? "",
            RevisionSummary = revision?.Summary ?? "",
            TrainingJobJson = upload?.File("trainingjob.json") ?? "",
            DeploymentJson = upload?.File("deployment.json") ?? "",
            Files = upload?.Files ?? new Dictionary<string, string>(),
            Job = detail,
            Image = detail?.Job.Image ?? "",
            ImageDigest = detail?.ImageDigest ?? "",
        }, upload);
    }

    /// <summary>The training job of an execution: what the training action says it started.</summary>
    private static string TrainingJob(ExecutionDetail execution) =>
        execution.Actions.Reverse().Select(a => Setting(a.OutputVariables, "TrainingJobName")).FirstOrDefault(n => n.Length > 0)
        ?? execution.Actions.LastOrDefault(a => a is { Category: "Invoke", ExternalId.Length: > 0 })?.ExternalId
        ?? "";

    private static SourceRevision? Revision(PipelineExecution execution, string? action) =>
        execution.Revisions.FirstOrDefault(r => r.ActionName == action) ?? (execution.Revisions is [var first, ..] ? first : null);

    private static string Setting(ValueList<Setting> settings, string name) => settings.FirstOrDefault(s => s.Name == name)?.Value ?? "";
}
