using MLOps.Cloud.Transforms;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Tables;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Transforms;

/// <summary>The columns of the list of batch transform jobs.</summary>
internal static class TransformTable
{
    public static readonly TableShape<TransformJobSummary> Shape = new("transform-jobs",
        new("name", "Job", j => j.Name) { By = j => j.Name, Always = true, Class = "w-40" },
        new("status", "Status", j => j.Status) { By = j => j.Status },
        new("why", "Why it failed", j => j.FailureReason),
        new("created", "Created", j => CsvText.Of(j.Created)) { By = j => j.Created, Class = "num" },
        new("took", "Took", j => CsvText.Seconds(j.Created, Ended(j))) { By = j => Ended(j) - j.Created, Class = "num" });

    /// <summary>When a job ended; null while it runs.</summary>
    public static DateTimeOffset? Ended(TransformJobSummary job) => Status.Kind(job.Status) == StatusKind.Running ? null : job.Ended ?? job.Modified;
}
