using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Promotion;

/// <inheritdoc/>
internal sealed class ProductionCommands(ICloudClients clients, IInventory<EndpointSummary> inventory, AfterCommand after) : IProductionCommands
{
    public async Task UseConfigAsync(string connection, string endpoint, string config, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).UpdateEndpointAsync(
            new Aws.UpdateEndpointRequest { EndpointName = endpoint, EndpointConfigName = config, RetainAllVariantProperties = false }, cancelled);
        await after.RefreshAsync(inventory, connection, endpoint, cancelled);
    }
}
