using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Inventory;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Endpoints;

/// <inheritdoc/>
internal sealed class EndpointCommands(ICloudClients clients, IInventory<EndpointSummary> inventory, AfterCommand after) : IEndpointCommands
{
    public async Task DeleteAsync(string connection, string endpoint, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).DeleteEndpointAsync(new Aws.DeleteEndpointRequest { EndpointName = endpoint }, cancelled);
        await after.RefreshAsync(inventory, connection, endpoint, cancelled);
    }

    public async Task UpdateWeightsAsync(string connection, string endpoint, IReadOnlyDictionary<string, double> weights, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).UpdateEndpointWeightsAndCapacitiesAsync(new Aws.UpdateEndpointWeightsAndCapacitiesRequest
        {
            EndpointName = endpoint,
            DesiredWeightsAndCapacities = [.. weights.Select(w => new Aws.DesiredWeightAndCapacity { VariantName = w.Key, DesiredWeight = (float)w.Value })],
        }, cancelled);
        await after.RefreshAsync(inventory, connection, endpoint, cancelled);
    }
}
