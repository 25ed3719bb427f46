using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Training;

/// <inheritdoc/>
internal sealed class TrainingCommands(ICloudClients clients, IInventory<TrainingJobSummary> inventory, AfterCommand after) : ITrainingCommands
{
    public async Task CreateAsync(string connection, TrainingJobDraft draft, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).CreateTrainingJobAsync(TrainingRequests.Create(draft), cancelled);
        await after.RefreshAsync(inventory, connection, draft.Name, cancelled);
    }

    public async Task StopAsync(string connection, string job, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).StopTrainingJobAsync(new Aws.StopTrainingJobRequest { TrainingJobName = job }, cancelled);
        await after.RefreshAsync(inventory, connection, job, cancelled);
    }
}
