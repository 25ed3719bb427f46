using System.Runtime.CompilerServices;
using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Transforms;

/// <summary>Reads the newest batch transform jobs, and single ones in depth.</summary>
internal sealed class TransformSource(ICloudClients clients, IObjectStore objects, LogReader logs) : IInventorySource<TransformJobSummary>, ITransformReader
{
    private const int Most = 100;

    public string Kind => "transform jobs";

    public IComparer<TransformJobSummary> Order { get; } = Comparer<TransformJobSummary>.Create((x, y) =>
        y.Created.CompareTo(x.Created) is not 0 and var later ? later : string.CompareOrdinal(x.Name, y.Name));

    public string Key(TransformJobSummary item) => item.Name;

    public async Task<IReadOnlyList<TransformJobSummary>> ReadAllAsync(string connection, ValueList<TransformJobSummary> known, CancellationToken cancelled)
    {
        var answer = await clients.Get<IAmazonSageMaker>(connection).ListTransformJobsAsync(
            new Aws.ListTransformJobsRequest { MaxResults = Most, SortBy = SortBy.CreationTime, SortOrder = SortOrder.Descending }, cancelled);
        return [.. answer.TransformJobSummaries.OrEmpty().Select(j => TransformMapping.Summary(connection, j))];
    }

    public async Task<TransformJobSummary?> ReadAsync(string connection, string key, CancellationToken cancelled)
    {
        try
        {
            return TransformMapping.Summary(connection, await DescribeAsync(connection, key, cancelled));
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    public async Task<TransformJobDetail> DetailAsync(string connection, string job, CancellationToken cancelled = default)
    {
        var detail = TransformMapping.Detail(connection, await DescribeAsync(connection, job, cancelled));
        var tags = await clients.Get<IAmazonSageMaker>(connection).ListTagsAsync(new Aws.ListTagsRequest { ResourceArn = detail.Job.Arn }, cancelled);
        return detail with { Request = detail.Request with { Tags = tags.Tags.OrEmpty().Select(t => new ResourceTag(t.Key, t.Value)).ToValueList() } };
    }

    public async Task<IReadOnlyList<ObjectInfo>> OutputsAsync(string connection, TransformJobDetail job, CancellationToken cancelled = default)
    {
        if (ObjectRef.Parse(job.Request.Output.TrimEnd('/') + "/") is not { } place)
            return [];
        var page = await objects.ListAsync(connection, place.Bucket, place.Key, null, cancelled);
        return [.. page.Items.Where(o => o.Key.EndsWith(".out", StringComparison.Ordinal) && o.Modified >= job.Job.Created - TimeSpan.FromSeconds(1))];
    }

    public async IAsyncEnumerable<LogLine> LogAsync(string connection, string job, bool follow, [EnumeratorCancellation] CancellationToken cancelled = default)
    {
        var source = new LogSource("/aws/sagemaker/TransformJobs", $"{job}/");
        var lines = follow ? logs.FollowAsync(connection, source, null, HasEndedAsync, cancelled) : logs.ReadAsync(connection, source, cancelled: cancelled);
        await foreach (var line in lines.WithCancellation(cancelled))
            yield return line;

        async Task<bool> HasEndedAsync(CancellationToken asking) =>
            Status.Kind((await DescribeAsync(connection, job, asking)).TransformJobStatus.Word()) != StatusKind.Running;
    }

    private Task<Aws.DescribeTransformJobResponse> DescribeAsync(string connection, string job, CancellationToken cancelled) =>
        clients.Get<IAmazonSageMaker>(connection).DescribeTransformJobAsync(new Aws.DescribeTransformJobRequest { TransformJobName = job }, cancelled);
}
