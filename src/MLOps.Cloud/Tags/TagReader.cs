using Amazon.ResourceGroupsTaggingAPI;
using Amazon.SageMaker;
using Amazon.SageMaker.Model;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;
using Aws = Amazon.ResourceGroupsTaggingAPI.Model;

namespace MLOps.Cloud.Tags;

/// <inheritdoc/>
internal sealed class TagReader(ICloudClients clients) : ITagReader
{
    private const int LargestPage = 100;

    // As many as a list holds.
    private const int Most = 10_000;

    public async Task<IReadOnlySet<string>> FindAsync(string connection, TaggedKind kind, string key, string? value, CancellationToken cancelled = default)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var request = new Aws.GetResourcesRequest
        {
            ResourceTypeFilters = [TypeOf(kind)],
            TagFilters = [new Aws.TagFilter { Key = key, Values = value is null ? null : [value] }],
            ResourcesPerPage = LargestPage,
        };
        do
        {
            var answer = await clients.Get<IAmazonResourceGroupsTaggingAPI>(connection).GetResourcesAsync(request, cancelled);
            names.UnionWith(answer.ResourceTagMappingList.OrEmpty().Select(r => NameOf(r.ResourceARN)));
            request.PaginationToken = answer.PaginationToken;
        }
        while (!string.IsNullOrEmpty(request.PaginationToken) && names.Count < Most);
        return names;
    }

    public async Task<IReadOnlyList<ResourceTag>> OfAsync(string connection, string arn, CancellationToken cancelled = default)
    {
        // A resource has at most 50 tags, and an answer holds as many.
        var answer = await clients.Get<IAmazonSageMaker>(connection).ListTagsAsync(new ListTagsRequest { ResourceArn = arn }, cancelled);
        return [.. answer.Tags.OrEmpty().Select(t => new ResourceTag(t.Key, t.Value))];
    }

    public async Task<IReadOnlyList<string>> KeysAsync(string connection, CancellationToken cancelled = default)
    {
        var keys = new List<string>();
        var request = new Aws.GetTagKeysRequest();
        do
        {
            var answer = await clients.Get<IAmazonResourceGroupsTaggingAPI>(connection).GetTagKeysAsync(request, cancelled);
            keys.AddRange(answer.TagKeys.OrEmpty());
            request.PaginationToken = answer.PaginationToken;
        }
        while (!string.IsNullOrEmpty(request.PaginationToken));
        return keys;
    }

    private static string TypeOf(TaggedKind kind) => kind switch
    {
        TaggedKind.TrainingJob => "sagemaker:training-job",
        TaggedKind.TuningJob => "sagemaker:hyper-parameter-tuning-job",
        TaggedKind.TransformJob => "sagemaker:transform-job",
        TaggedKind.Endpoint => "sagemaker:endpoint",
        _ => "codepipeline",
    };

    /// <summary>The name at the end of <c>…:training-job/NAME</c> or <c>arn:aws:codepipeline:REGION:ACCOUNT:NAME</c>.</summary>
    private static string NameOf(string arn) => arn[(arn.LastIndexOfAny(['/', ':']) + 1)..];
}
