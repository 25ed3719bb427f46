using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Overview;

/// <summary>Something that waits for a person, or went wrong.</summary>
/// <param name="Verb">What the link does: <c>Review</c>, <c>Look</c>.</param>
public sealed record Need(string Key, string Status, string Title, string Text, string Href, string Verb, DateTimeOffset? Since);

/// <summary>Something that works on something now.</summary>
public sealed record Work(string Key, string Status, string Title, string Text, string Href, DateTimeOffset? Since);

/// <summary>Finds in the inventories what belongs on the overview.</summary>
public sealed class Gatherer(Places places, DateTimeOffset now)
{
    /// <summary>A training job's failure is news for a day.</summary>
    private static readonly TimeSpan News = TimeSpan.FromDays(1);

    public IReadOnlyList<Need> Needs(
        IEnumerable<PendingApproval> approvals, IEnumerable<PipelineSummary> pipelines, IEnumerable<TrainingJobSummary> jobs, IEnumerable<EndpointSummary> endpoints)
    {
        var failedPipelines = pipelines.Where(p => Status.Kind(p.Latest?.Status) == StatusKind.Failed).ToList();
        // A job that a failed pipeline ran is told by the pipeline.
        var told = failedPipelines.Select(p => p.Latest!.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. approvals.Select(a => new Need($"a/{a.Pipeline}/{a.Stage}/{a.ExecutionId}", Status.AwaitsApproval, a.Pipeline, $"{a.Action} · execution {a.ExecutionId[..Math.Min(8, a.ExecutionId.Length)]}",
                places.SignOff(a.Pipeline, a.Stage, a.Action, a.ExecutionId), "Review", a.Since)),
            .. failedPipelines.Select(p => new Need($"p/{p.Name}", "Failed", p.Name, Why(p), places.Pipeline(p.Name), "Look", p.Latest!.Updated)),
            .. endpoints.Where(e => Status.Kind(e.Status) == StatusKind.Failed).Select(e => new Need($"e/{e.Name}", e.Status, e.Name, e.FailureReason, places.Endpoint(e.Name), "Look", e.Modified)),
            .. jobs.Where(j => j.Status == "Failed" && now - j.Created < News && !told.Any(id => j.Name.EndsWith(id, StringComparison.Ordinal)))
                .Select(j => new Need($"t/{j.Name}", "Failed", j.Name, j.FailureReason, places.TrainingJob(j.Name), "Look", j.Ended ?? j.Modified)),
        ];
    }

    public IReadOnlyList<Work> Running(IEnumerable<PipelineSummary> pipelines, IEnumerable<TrainingJobSummary> jobs, IEnumerable<EndpointSummary> endpoints) =>
    [
        .. from pipeline in pipelines
           where Status.Kind(pipeline.Status) == StatusKind.Running && pipeline.Latest is not null
           let stage = pipeline.Stages.FirstOrDefault(s => Status.Kind(s.Status) == StatusKind.Running)
           select new Work($"p/{pipeline.Name}", pipeline.Status, pipeline.Name, stage is null ? "between stages" : $"in {stage.Name}", places.Pipeline(pipeline.Name), pipeline.Latest!.Started),
        .. jobs.Where(j => Status.Kind(j.Status) == StatusKind.Running)
            .Select(j => new Work($"t/{j.Name}", j.SecondaryStatus.Length > 0 ? j.SecondaryStatus : j.Status, j.Name, "training job", places.TrainingJob(j.Name), j.Created)),
        .. endpoints.Where(e => Status.Kind(e.Status) == StatusKind.Running)
            .Select(e => new Work($"e/{e.Name}", e.Status, e.Name, "endpoint", places.Endpoint(e.Name), e.Modified ?? e.Created)),
    ];

    private static string Why(PipelineSummary pipeline)
    {
        var failed = pipeline.Stages.SelectMany(s => s.Actions.Select(a => (Stage: s.Name, Action: a))).FirstOrDefault(x => Status.Kind(x.Action.Status) == StatusKind.Failed);
        return failed.Action is null ? "The latest execution failed." : $"{failed.Stage}: {failed.Action.ErrorMessage}";
    }
}
