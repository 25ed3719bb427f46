using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Tuning;

/// <summary>Reads the newest tuning jobs, and single ones in depth.</summary>
internal sealed class TuningSource(ICloudClients clients, TrainingSource jobs, IInventory<TrainingJobSummary> inventory) : IInventorySource<TuningJobSummary>, ITuningReader
{
    private const int Most = 100;

    public string Kind => "tuning jobs";

    public IComparer<TuningJobSummary> Order { get; } = Comparer<TuningJobSummary>.Create((x, y) =>
        y.Created.CompareTo(x.Created) is not 0 and var later ? later : string.CompareOrdinal(x.Name, y.Name));

    public string Key(TuningJobSummary item) => item.Name;

    public async Task<IReadOnlyList<TuningJobSummary>> ReadAllAsync(string connection, ValueList<TuningJobSummary> known, CancellationToken cancelled)
    {
        var answer = await clients.Get<IAmazonSageMaker>(connection).ListHyperParameterTuningJobsAsync(new Aws.ListHyperParameterTuningJobsRequest
        {
            MaxResults = Most,
            SortBy = HyperParameterTuningJobSortByOptions.CreationTime,
            SortOrder = SortOrder.Descending,
        }, cancelled);
        return [.. answer.HyperParameterTuningJobSummaries.OrEmpty().Select(j => TuningMapping.Summary(connection, j))];
    }

    public async Task<TuningJobSummary?> ReadAsync(string connection, string key, CancellationToken cancelled)
    {
        try
        {
            return TuningMapping.Summary(connection, await DescribeAsync(connection, key, cancelled));
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    public async Task<TuningJobDetail> DetailAsync(string connection, string job, CancellationToken cancelled = default)
    {
        var client = clients.Get<IAmazonSageMaker>(connection);
        var detail = TuningMapping.Detail(connection, await DescribeAsync(connection, job, cancelled));
        var trials = new List<TuningTrial>();
        var request = new Aws.ListTrainingJobsForHyperParameterTuningJobRequest
        {
            HyperParameterTuningJobName = job,
            MaxResults = 100,
            SortBy = TrainingJobSortByOptions.CreationTime,
            SortOrder = SortOrder.Ascending,
        };
        do
        {
            var answer = await client.ListTrainingJobsForHyperParameterTuningJobAsync(request, cancelled);
            trials.AddRange(answer.TrainingJobSummaries.OrEmpty().Select(TuningMapping.Trial));
            request.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
        var tags = await client.ListTagsAsync(new Aws.ListTagsRequest { ResourceArn = detail.Job.Arn }, cancelled);
        return detail with { Trials = trials.ToValueList(), Tags = tags.Tags.OrEmpty().Select(t => new ResourceTag(t.Key, t.Value)).ToValueList() };
    }

    public async Task<IReadOnlyList<TrainingJobSummary>> JobsAsync(string connection, TuningJobDetail job, CancellationToken cancelled = default)
    {
        // What the inventory has read of a job since its status changed is not asked for again.
        var held = inventory.Current(connection).Items.Where(j => j.IsDescribed).ToDictionary(j => j.Name);
        var read = await Several.ReadAsync(
            job.Trials, async (t, token) => held.GetValueOrDefault(t.Job) is { } known && known.Status == t.Status ? known : await jobs.ReadAsync(connection, t.Job, token), cancelled);
        return [.. read.OfType<TrainingJobSummary>()];
    }

    private Task<Aws.DescribeHyperParameterTuningJobResponse> DescribeAsync(string connection, string job, CancellationToken cancelled) =>
        clients.Get<IAmazonSageMaker>(connection).DescribeHyperParameterTuningJobAsync(new Aws.DescribeHyperParameterTuningJobRequest { HyperParameterTuningJobName = job }, cancelled);
}
