using System.Runtime.CompilerServices;
using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Training;

/// <inheritdoc/>
internal sealed class TrainingReader(ICloudClients clients, MetricReader metrics, LogReader logs, TrainingSearch search, IObjectStore objects, TimeProvider time) : ITrainingReader
{
    private const string Namespace = "/aws/sagemaker/TrainingJobs";

    // CloudWatch's finest period for training metrics is a minute: of a short job the log tells more.
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(20);
    private const int MostLines = 20_000;

    public async Task<TrainingJobDetail> DetailAsync(string connection, string job, CancellationToken cancelled = default)
    {
        var detail = await DescribeAsync(connection, job, cancelled);
        var tags = await clients.Get<IAmazonSageMaker>(connection).ListTagsAsync(new Aws.ListTagsRequest { ResourceArn = detail.Job.Arn }, cancelled);
        return detail with { Tags = tags.Tags.OrEmpty().Select(t => new ResourceTag(t.Key, t.Value)).ToValueList() };
    }

    public async Task<IReadOnlyList<MetricSeries>> MetricsAsync(string connection, string job, CancellationToken cancelled = default)
    {
        var detail = await DescribeAsync(connection, job, cancelled);
        if (detail.MetricDefinitions.Count == 0)
            return [];
        var until = detail.Job.Ended ?? time.GetUtcNow();
        if (until - detail.Job.Created <= Short)
        {
            var lines = new List<LogLine>();
            await foreach (var line in logs.ReadAsync(connection, LogSource.TrainingJob(job), cancelled: cancelled))
            {
                lines.Add(line);
                if (lines.Count == MostLines)
                    break;
            }
            return LogMetrics.Read(detail.MetricDefinitions, lines);
        }
        var wanted = detail.MetricDefinitions.Select(m => new MetricQuery(m.Name, m.Name, "None", Namespace, m.Name, "Average", [new("TrainingJobName", job)])).ToList();
        return await metrics.ReadAsync(connection, wanted, detail.Job.Created, until, MetricReader.Period(until - detail.Job.Created, TimeSpan.FromMinutes(1)), cancelled);
    }

    public async IAsyncEnumerable<LogLine> LogAsync(string connection, string job, bool follow, [EnumeratorCancellation] CancellationToken cancelled = default)
    {
        var source = LogSource.TrainingJob(job);
        var lines = follow ? logs.FollowAsync(connection, source, null, HasEndedAsync, cancelled) : logs.ReadAsync(connection, source, cancelled: cancelled);
        await foreach (var line in lines)
            yield return line;

        async Task<bool> HasEndedAsync(CancellationToken left) => Status.Kind((await DescribeAsync(connection, job, left)).Job.Status) != StatusKind.Running;
    }

    public Task<Page<TrainingJobSummary>> SearchAsync(string connection, TrainingJobQuery query, int size, string? next = null, CancellationToken cancelled = default) =>
        search.PageAsync(connection, query, size, next, cancelled);

    public async Task<IReadOnlyList<Artifact>> ArtifactsAsync(string connection, TrainingJobDetail job, CancellationToken cancelled = default)
    {
        if (ObjectRef.Parse($"{job.OutputPath.TrimEnd('/')}/{job.Job.Name}/") is not { } place)
            return [];
        var page = await objects.ListAsync(connection, place.Bucket, place.Key, null, cancelled);
        return [.. page.Items.Where(o => !o.Key.EndsWith('/')).Select(o => new Artifact(o.Key[place.Key.Length..], new ObjectRef(place.Bucket, o.Key), o.Size, o.Modified))];
    }

    private async Task<TrainingJobDetail> DescribeAsync(string connection, string job, CancellationToken cancelled) =>
        TrainingMapping.Detail(connection, await clients.Get<IAmazonSageMaker>(connection)
            .DescribeTrainingJobAsync(new Aws.DescribeTrainingJobRequest { TrainingJobName = job }, cancelled));
}
