using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Overview;

/// <summary>Something that waits for a person, or went wrong.</summary>
/// <param name="Verb">What the link does: <c>Review</c>, <c>Look</c>.</param>
/// <param name="Soon">Why it must be done soon; empty where it has time.</param>
public sealed record Need(string Key, string Status, string Title, string Text, string Href, string Verb, DateTimeOffset? Since, string Soon = "");

/// <summary>Something that works on something now.</summary>
public sealed record Work(string Key, string Status, string Title, string Text, string Href, DateTimeOffset? Since);

/// <summary>What the inventories hold at one moment.</summary>
public sealed record Holdings
{
    public ValueList<PendingApproval> Approvals { get; init; } = [];

    public ValueList<PipelineSummary> Pipelines { get; init; } = [];

    public ValueList<TrainingJobSummary> Jobs { get; init; } = [];

    public ValueList<TuningJobSummary> Tunings { get; init; } = [];

    public ValueList<TransformJobSummary> Transforms { get; init; } = [];

    public ValueList<EndpointSummary> Endpoints { get; init; } = [];
}

/// <summary>Finds in the inventories what belongs on the overview.</summary>
public sealed class Gatherer(Places places, DateTimeOffset now)
{
    /// <summary>A job's failure is news for a day.</summary>
    private static readonly TimeSpan News = TimeSpan.FromDays(1);

    /// <summary>An approval that ends by itself within this time comes first.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(1);

    public IReadOnlyList<Need> Needs(Holdings all)
    {
        var failedPipelines = all.Pipelines.Where(p => Status.Kind(p.Latest?.Status) == StatusKind.Failed).ToList();
        // A job that a failed pipeline ran is told by the pipeline.
        var told = failedPipelines.Select(p => p.Latest!.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. all.Approvals.OrderBy(a => Expiry(a).Length == 0).ThenBy(a => a.Since).Select(a => new Need($"a/{a.Pipeline}/{a.Stage}/{a.ExecutionId}", Status.AwaitsApproval, a.Pipeline,
                $"{a.Action} · execution {a.ExecutionId[..Math.Min(8, a.ExecutionId.Length)]}", places.SignOff(a.Pipeline, a.Stage, a.Action, a.ExecutionId), "Review", a.Since, Expiry(a))),
            .. failedPipelines.Select(p => new Need($"p/{p.Name}", "Failed", p.Name, Why(p), places.Pipeline(p.Name), "Look", p.Latest!.Updated)),
            .. all.Endpoints.Where(e => Status.Kind(e.Status) == StatusKind.Failed).Select(e => new Need($"e/{e.Name}", e.Status, e.Name, e.FailureReason, places.Endpoint(e.Name), "Look", e.Modified)),
            .. all.Jobs.Where(j => j.Status == "Failed" && now - j.Created < News && !told.Any(id => j.Name.EndsWith(id, StringComparison.Ordinal)))
                .Select(j => new Need($"t/{j.Name}", "Failed", j.Name, j.FailureReason, places.TrainingJob(j.Name), "Look", j.Ended ?? j.Modified)),
            .. all.Tunings.Where(j => j.Status == "Failed" && now - j.Created < News)
                .Select(j => new Need($"h/{j.Name}", "Failed", j.Name, "tuning job", places.TuningJob(j.Name), "Look", j.Ended ?? j.Modified)),
            .. all.Transforms.Where(j => j.Status == "Failed" && now - j.Created < News)
                .Select(j => new Need($"b/{j.Name}", "Failed", j.Name, j.FailureReason, places.TransformJob(j.Name), "Look", j.Ended ?? j.Modified)),
        ];
    }

    public IReadOnlyList<Work> Running(Holdings all) =>
    [
        .. from pipeline in all.Pipelines
           where Status.Kind(pipeline.Status) == StatusKind.Running && pipeline.Latest is not null
           let stage = pipeline.Stages.FirstOrDefault(s => Status.Kind(s.Status) == StatusKind.Running)
           select new Work($"p/{pipeline.Name}", pipeline.Status, pipeline.Name, stage is null ? "between stages" : $"in {stage.Name}", places.Pipeline(pipeline.Name), pipeline.Latest!.Started),
        .. all.Jobs.Where(j => Status.Kind(j.Status) == StatusKind.Running)
            .Select(j => new Work($"t/{j.Name}", j.SecondaryStatus.Length > 0 ? j.SecondaryStatus : j.Status, j.Name, "training job", places.TrainingJob(j.Name), j.Created)),
        .. all.Tunings.Where(j => Status.Kind(j.Status) == StatusKind.Running)
            .Select(j => new Work($"h/{j.Name}", j.Status, j.Name, $"tuning job, {j.Jobs.Completed} of {j.MostJobs} trials", places.TuningJob(j.Name), j.Created)),
        .. all.Transforms.Where(j => Status.Kind(j.Status) == StatusKind.Running)
            .Select(j => new Work($"b/{j.Name}", j.Status, j.Name, "batch transform", places.TransformJob(j.Name), j.Created)),
        .. all.Endpoints.Where(e => Status.Kind(e.Status) == StatusKind.Running)
            .Select(e => new Work($"e/{e.Name}", e.Status, e.Name, "endpoint", places.Endpoint(e.Name), e.Modified ?? e.Created)),
    ];

    /// <summary>How many training jobs began on each of the last days, the oldest first.</summary>
    public IReadOnlyList<double> JobsByDay(IEnumerable<TrainingJobSummary> jobs, int days)
    {
        var counts = new double[days];
        foreach (var job in jobs)
        {
            var ago = (now.UtcDateTime.Date - job.Created.UtcDateTime.Date).Days;
            if (ago >= 0 && ago < days)
                counts[days - 1 - ago]++;
        }
        return counts;
    }

    private string Expiry(PendingApproval approval) => approval.Expires is { } end && end > now && end - now < Soon ? $"expires {Words.Relative(end, now)}" : "";

    private static string Why(PipelineSummary pipeline)
    {
        var failed = pipeline.Stages.SelectMany(s => s.Actions.Select(a => (Stage: s.Name, Action: a))).FirstOrDefault(x => Status.Kind(x.Action.Status) == StatusKind.Failed);
        return failed.Action is null ? "The latest execution failed." : $"{failed.Stage}: {failed.Action.ErrorMessage}";
    }
}
