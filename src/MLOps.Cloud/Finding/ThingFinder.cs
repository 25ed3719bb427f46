using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Finding;

/// <inheritdoc/>
internal sealed class ThingFinder(ICloudClients clients) : IThingFinder
{
    private const int Most = 100;

    // SageMaker refuses a longer NameContains, and one with other characters than names have.
    private const int MostLetters = 63;

    public async Task<IReadOnlyList<FoundThing>> FindAsync(string connection, string part, CancellationToken cancelled = default)
    {
        if (part.Length is < IThingFinder.LeastLetters or > MostLetters || !part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            return [];
        var client = clients.Get<IAmazonSageMaker>(connection);
        var found = await Task.WhenAll(TrainingJobsAsync(client, part, cancelled), TuningJobsAsync(client, part, cancelled), TransformJobsAsync(client, part, cancelled), ModelsAsync(client, part, cancelled));
        return [.. found.SelectMany(f => f)];
    }

    private static async Task<IEnumerable<FoundThing>> TrainingJobsAsync(IAmazonSageMaker client, string part, CancellationToken cancelled)
    {
        var answer = await client.ListTrainingJobsAsync(new Aws.ListTrainingJobsRequest { NameContains = part, MaxResults = Most, SortBy = SortBy.CreationTime, SortOrder = SortOrder.Descending }, cancelled);
        return answer.TrainingJobSummaries.OrEmpty().Select(j => new FoundThing(FoundThingKind.TrainingJob, j.TrainingJobName, j.TrainingJobStatus.Word(), j.CreationTime.Time()));
    }

    private static async Task<IEnumerable<FoundThing>> TuningJobsAsync(IAmazonSageMaker client, string part, CancellationToken cancelled)
    {
        var answer = await client.ListHyperParameterTuningJobsAsync(new Aws.ListHyperParameterTuningJobsRequest
        {
            NameContains = part, MaxResults = Most, SortBy = HyperParameterTuningJobSortByOptions.CreationTime, SortOrder = SortOrder.Descending,
        }, cancelled);
        return answer.HyperParameterTuningJobSummaries.OrEmpty()
            .Select(j => new FoundThing(FoundThingKind.TuningJob, j.HyperParameterTuningJobName, j.HyperParameterTuningJobStatus.Word(), j.CreationTime.Time()));
    }

    private static async Task<IEnumerable<FoundThing>> TransformJobsAsync(IAmazonSageMaker client, string part, CancellationToken cancelled)
    {
        var answer = await client.ListTransformJobsAsync(new Aws.ListTransformJobsRequest { NameContains = part, MaxResults = Most, SortBy = SortBy.CreationTime, SortOrder = SortOrder.Descending }, cancelled);
        return answer.TransformJobSummaries.OrEmpty().Select(j => new FoundThing(FoundThingKind.TransformJob, j.TransformJobName, j.TransformJobStatus.Word(), j.CreationTime.Time()));
    }

    private static async Task<IEnumerable<FoundThing>> ModelsAsync(IAmazonSageMaker client, string part, CancellationToken cancelled)
    {
        var answer = await client.ListModelsAsync(new Aws.ListModelsRequest { NameContains = part, MaxResults = Most, SortBy = ModelSortKey.CreationTime, SortOrder = OrderKey.Descending }, cancelled);
        return answer.Models.OrEmpty().Select(m => new FoundThing(FoundThingKind.Model, m.ModelName, "", m.CreationTime.Time()));
    }
}
