using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Training;

/// <summary>Asks the cloud for a page of training jobs.</summary>
internal sealed class TrainingSearch(ICloudClients clients)
{
    // StatusEquals is compared after a page was cut: a page can be empty and still go on. So many are turned at most.
    private const int MostPages = 25;
    private const int LargestPage = 100;

    public async Task<Page<TrainingJobSummary>> PageAsync(string connection, TrainingJobQuery query, int size, string? next, CancellationToken cancelled)
    {
        var found = new List<TrainingJobSummary>();
        for (var page = 0; page < MostPages && found.Count < size; page++)
        {
            var answer = await clients.Get<IAmazonSageMaker>(connection).ListTrainingJobsAsync(Request(query, size - found.Count, next), cancelled);
            found.AddRange(answer.TrainingJobSummaries.OrEmpty().Select(j => TrainingMapping.Summary(connection, j)));
            next = string.IsNullOrEmpty(answer.NextToken) ? null : answer.NextToken;
            if (next is null)
                break;
        }
        return new Page<TrainingJobSummary>(found.ToValueList(), next);
    }

    private static Aws.ListTrainingJobsRequest Request(TrainingJobQuery query, int size, string? next) => new()
    {
        MaxResults = Math.Clamp(size, 1, LargestPage),
        NextToken = next,
        NameContains = query.NameContains.Length > 0 ? query.NameContains : null,
        StatusEquals = query.Status.Length > 0 ? query.Status : null,
        CreationTimeAfter = query.CreatedAfter?.UtcDateTime,
        CreationTimeBefore = query.CreatedBefore?.UtcDateTime,
        SortBy = query.SortBy switch { "name" => SortBy.Name, "status" => SortBy.Status, _ => SortBy.CreationTime },
        SortOrder = query.Descending ? SortOrder.Descending : SortOrder.Ascending,
    };
}
