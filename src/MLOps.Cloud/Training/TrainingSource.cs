using Amazon.SageMaker;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Training;

/// <summary>
/// Reads the newest training jobs: all of them, or those that SageMaker changed since the last look. What is
/// not in the list (metrics, cost) is read job by job: of those that run at every sweep, of the others some at a time.
/// </summary>
internal sealed class TrainingSource(ICloudClients clients, IOptions<CloudOptions> options) : IIncrementalSource<TrainingJobSummary>
{
    private const int PageSize = 100;
    private const int DescribedAtOnce = 50;

    // A list may tell of a change a little later than its time.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    public string Kind => "training jobs";

    public IComparer<TrainingJobSummary> Order { get; } = Comparer<TrainingJobSummary>.Create((x, y) =>
        y.Created.CompareTo(x.Created) is not 0 and var later ? later : string.CompareOrdinal(x.Name, y.Name));

    public string Key(TrainingJobSummary item) => item.Name;

    public async Task<IReadOnlyList<TrainingJobSummary>> ReadAllAsync(string connection, ValueList<TrainingJobSummary> known, CancellationToken cancelled) =>
        await DescribedAsync(connection, known, await ListAsync(connection, null, cancelled), cancelled);

    public async Task<IReadOnlyList<TrainingJobSummary>> ReadChangedAsync(string connection, ValueList<TrainingJobSummary> known, CancellationToken cancelled)
    {
        var changed = await ListAsync(connection, known.Max(j => j.Modified ?? j.Created) - Overlap, cancelled);
        var listed = changed.Select(j => j.Name).ToHashSet();
        // A job that runs is looked into, whatever the list says.
        var rest = known.Where(j => !listed.Contains(j.Name)).Select(j => Status.Kind(j.Status) == StatusKind.Running ? j with { IsDescribed = false } : j);
        return await DescribedAsync(connection, known, [.. changed.Concat(rest).Order(Order).Take(options.Value.Inventory.MaxTrainingJobs)], cancelled);
    }

    private async Task<IReadOnlyList<TrainingJobSummary>> DescribedAsync(
        string connection, ValueList<TrainingJobSummary> known, List<TrainingJobSummary> jobs, CancellationToken cancelled)
    {
        var before = known.ToDictionary(j => j.Name);
        var described = jobs.Select(j => before.GetValueOrDefault(j.Name) is { IsDescribed: true } old && IsSame(old, j) ? old : j).ToList();
        var wanted = described.Where(j => !j.IsDescribed && Status.Kind(j.Status) == StatusKind.Running).Take(DescribedAtOnce)
            .Concat(described.Where(j => !j.IsDescribed && Status.Kind(j.Status) != StatusKind.Running)).Take(DescribedAtOnce).ToList();
        var read = (await Several.ReadAsync(wanted, (j, token) => ReadAsync(connection, j.Name, token), cancelled)).OfType<TrainingJobSummary>().ToDictionary(j => j.Name);
        return [.. described.Select(j => read.GetValueOrDefault(j.Name) ?? Kept(before.GetValueOrDefault(j.Name), j))];
    }

    /// <summary>What was read of a job before stays until it is read again.</summary>
    private static TrainingJobSummary Kept(TrainingJobSummary? old, TrainingJobSummary now) => old is null || now.IsDescribed
        ? now
        : old with { Status = now.Status, SecondaryStatus = now.SecondaryStatus, Modified = now.Modified, Ended = now.Ended, IsDescribed = false };

    public async Task<TrainingJobSummary?> ReadAsync(string connection, string key, CancellationToken cancelled)
    {
        try
        {
            return TrainingMapping.Summary(connection, await clients.Get<IAmazonSageMaker>(connection)
                .DescribeTrainingJobAsync(new Aws.DescribeTrainingJobRequest { TrainingJobName = key }, cancelled));
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    private async Task<List<TrainingJobSummary>> ListAsync(string connection, DateTimeOffset? changedSince, CancellationToken cancelled)
    {
        var most = options.Value.Inventory.MaxTrainingJobs;
        var found = new List<TrainingJobSummary>();
        var request = new Aws.ListTrainingJobsRequest
        {
            MaxResults = Math.Min(PageSize, most),
            SortBy = SortBy.CreationTime,
            SortOrder = SortOrder.Descending,
            LastModifiedTimeAfter = changedSince?.UtcDateTime,
        };
        do
        {
            var answer = await clients.Get<IAmazonSageMaker>(connection).ListTrainingJobsAsync(request, cancelled);
            found.AddRange(answer.TrainingJobSummaries.OrEmpty().Select(j => TrainingMapping.Summary(connection, j)));
            request.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken) && found.Count < most);
        return [.. found.Order(Order).Take(most)];
    }

    /// <summary>Whether nothing happened to an ended job between two readings. A job that runs always counts as changed.</summary>
    private static bool IsSame(TrainingJobSummary old, TrainingJobSummary now) =>
        old.Status == now.Status && old.Created == now.Created && old.Modified == now.Modified && Status.Kind(now.Status) != StatusKind.Running;
}
