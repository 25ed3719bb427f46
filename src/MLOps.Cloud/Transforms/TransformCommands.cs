using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Inventory;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Transforms;

/// <inheritdoc/>
internal sealed class TransformCommands(ICloudClients clients, IInventory<TransformJobSummary> inventory, AfterCommand after) : ITransformCommands
{
    public async Task CreateAsync(string connection, TransformDraft draft, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).CreateTransformJobAsync(TransformMapping.Create(draft), cancelled);
        await after.RefreshAsync(inventory, connection, draft.Name, cancelled);
    }

    public async Task StopAsync(string connection, string job, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).StopTransformJobAsync(new Aws.StopTransformJobRequest { TransformJobName = job }, cancelled);
        await after.RefreshAsync(inventory, connection, job, cancelled);
    }
}
