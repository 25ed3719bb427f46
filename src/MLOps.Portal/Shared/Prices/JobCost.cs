using MLOps.Cloud.Prices;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Training;

/// <summary>What a training job costs: its billed time on its instances.</summary>
/// <param name="Amount">In the price table's currency; null where the table does not know the type.</param>
/// <param name="IsRunning">Whether it grows: then the time since its creation is taken, as SageMaker tells the billed one at the end.</param>
public sealed record JobCost(decimal? Amount, TimeSpan Billed, bool IsExact, bool IsRunning)
{
    /// <summary>The cost; null where the job has no instances, or no time is known.</summary>
    public static JobCost? Of(TrainingJobSummary job, IPriceTable prices, string region, DateTimeOffset now)
    {
        var runs = Status.Kind(job.Status) == StatusKind.Running;
        if (job.InstanceType.Length == 0 || job.BillableSeconds is null && !runs)
            return null;
        var billed = job.BillableSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : now - job.Created;
        var price = prices.Find(job.InstanceType, region, InstanceUse.Training);
        return new JobCost(price?.For(job.InstanceCount, billed), billed, price?.IsExact ?? true, runs);
    }
}
