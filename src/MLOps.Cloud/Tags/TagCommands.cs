using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Tags;

/// <inheritdoc/>
internal sealed class TagCommands(ICloudClients clients) : ITagCommands
{
    public async Task SetAsync(string connection, string arn, ResourceTag tag, CancellationToken cancelled = default) =>
        await clients.Get<IAmazonSageMaker>(connection).AddTagsAsync(new Aws.AddTagsRequest { ResourceArn = arn, Tags = [new Aws.Tag { Key = tag.Key, Value = tag.Value }] }, cancelled);

    public async Task RemoveAsync(string connection, string arn, string key, CancellationToken cancelled = default) =>
        await clients.Get<IAmazonSageMaker>(connection).DeleteTagsAsync(new Aws.DeleteTagsRequest { ResourceArn = arn, TagKeys = [key] }, cancelled);
}
