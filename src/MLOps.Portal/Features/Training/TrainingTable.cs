using System.Globalization;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Tables;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Training;

/// <summary>The columns of a list of training jobs.</summary>
internal static class TrainingTable
{
    /// <summary>As the portal sorts what it holds.</summary>
    public static readonly TableShape<TrainingJobSummary> Shape = Of(sortsByLength: true);

    /// <summary>As the cloud sorts: it knows no order by length.</summary>
    public static readonly TableShape<TrainingJobSummary> Searched = Of(sortsByLength: false);

    /// <summary>When a job ended; null while it runs.</summary>
    public static DateTimeOffset? Ended(TrainingJobSummary job) => Status.Kind(job.Status) == StatusKind.Running ? null : job.Ended ?? job.Modified;

    private static TableShape<TrainingJobSummary> Of(bool sortsByLength) => new("training-jobs",
        new("pick", "Compare", _ => "") { IsSilent = true, Always = true },
        new("name", "Job", j => j.Name) { By = j => j.Name, Always = true, Class = "w-30" },
        new("status", "Status", j => j.Status) { By = j => j.Status },
        new("metrics", "Metrics", Metrics) { Class = "w-40" },
        new("instance", "Instance", j => j.InstanceType.Length > 0 ? $"{j.InstanceCount} x {j.InstanceType}" : ""),
        new("created", "Created", j => CsvText.Of(j.Created)) { By = j => j.Created, Class = "num" },
        new("took", "Took", j => CsvText.Seconds(j.Created, Ended(j))) { By = sortsByLength ? j => Ended(j) - j.Created : null, Class = "num" },
        new("billed", "Billed", j => CsvText.Of(j.BillableSeconds)) { By = sortsByLength ? j => j.BillableSeconds : null, Class = "num" });

    // Why it failed is what one would look for in the place of its metrics.
    private static string Metrics(TrainingJobSummary job) => job.FailureReason.Length > 0
        ? job.FailureReason
        : string.Join("; ", job.Metrics.Select(m => $"{m.Name}={m.Value.ToString("R", CultureInfo.InvariantCulture)}"));
}
