using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Tables;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Tuning;

/// <summary>The columns of the list of tuning jobs.</summary>
internal static class TuningTable
{
    public static readonly TableShape<TuningJobSummary> Shape = new("tuning-jobs",
        new("name", "Tuning job", j => j.Name) { By = j => j.Name, Always = true },
        new("status", "Status", j => j.Status) { By = j => j.Status },
        new("strategy", "Strategy", j => j.Strategy) { By = j => j.Strategy },
        new("jobs", "Training jobs", j => $"{j.Jobs.Completed} completed; {j.Jobs.Stopped} stopped; {j.Jobs.Failed} failed; {j.Jobs.Running} running"),
        new("created", "Created", j => CsvText.Of(j.Created)) { By = j => j.Created, Class = "num" },
        new("took", "Took", j => CsvText.Seconds(j.Created, Ended(j))) { By = j => Ended(j) - j.Created, Class = "num" });

    /// <summary>When a job ended; null while it runs.</summary>
    public static DateTimeOffset? Ended(TuningJobSummary job) => Status.Kind(job.Status) == StatusKind.Running ? null : job.Ended ?? job.Modified;
}
