using MLOps.Cloud.Prices;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Shared.Prices;

/// <summary>What a job costs: its billed time on its instances.</summary>
/// <param name="Amount">In the price table's currency; null where the table does not know the type.</param>
/// <param name="IsRunning">Whether it grows: then the time so far is taken, as SageMaker tells the billed one at the end.</param>
public sealed record JobCost(decimal? Amount, TimeSpan Billed, bool IsExact, bool IsRunning)
{
    /// <summary>The cost of a training job; null where it has no instances, or no time is known.</summary>
    public static JobCost? Of(TrainingJobSummary job, IPriceTable prices, string region, DateTimeOffset now)
    {
        var runs = Status.Kind(job.Status) == StatusKind.Running;
        if (job.InstanceType.Length == 0 || job.BillableSeconds is null && !runs)
            return null;
        var billed = job.BillableSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : now - job.Created;
        return Of(prices.Find(job.InstanceType, region, InstanceUse.Training), job.InstanceCount, billed, runs);
    }

    /// <summary>The cost of a batch transform, which is billed from its start to its end; null before the start, and where no end is known.</summary>
    public static JobCost? Of(TransformJobDetail job, IPriceTable prices, string region, DateTimeOffset now)
    {
        var runs = Status.Kind(job.Job.Status) == StatusKind.Running;
        if (job.Started is not { } started || job.Job.Ended is null && !runs)
            return null;
        return Of(prices.Find(job.Request.InstanceType, region, InstanceUse.Transform), job.Request.InstanceCount, (job.Job.Ended ?? now) - started, runs);
    }

    /// <summary>What some jobs cost together; null where there are none, without an amount where one of them has none.</summary>
    public static JobCost? Sum(IReadOnlyCollection<JobCost> costs) => costs.Count == 0 ? null : new(
        costs.Any(c => c.Amount is null) ? null : costs.Sum(c => c.Amount), TimeSpan.FromTicks(costs.Sum(c => c.Billed.Ticks)), costs.All(c => c.IsExact), costs.Any(c => c.IsRunning));

    private static JobCost Of(InstancePrice? price, int instances, TimeSpan billed, bool runs) => new(price?.For(instances, billed), billed, price?.IsExact ?? true, runs);
}
