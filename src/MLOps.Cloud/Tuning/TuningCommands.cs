using Amazon.SageMaker;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Inventory;
using Aws = Amazon.SageMaker.Model;

namespace MLOps.Cloud.Tuning;

/// <inheritdoc/>
internal sealed class TuningCommands(ICloudClients clients, IInventory<TuningJobSummary> inventory, AfterCommand after) : ITuningCommands
{
    public async Task CreateAsync(string connection, TuningDraft draft, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).CreateHyperParameterTuningJobAsync(TuningMapping.Create(draft), cancelled);
        await after.RefreshAsync(inventory, connection, draft.Name, cancelled);
    }

    public async Task StopAsync(string connection, string job, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).StopHyperParameterTuningJobAsync(new Aws.StopHyperParameterTuningJobRequest { HyperParameterTuningJobName = job }, cancelled);
        await after.RefreshAsync(inventory, connection, job, cancelled);
    }

    public async Task DeleteAsync(string connection, string job, CancellationToken cancelled = default)
    {
        await clients.Get<IAmazonSageMaker>(connection).DeleteHyperParameterTuningJobAsync(new Aws.DeleteHyperParameterTuningJobRequest { HyperParameterTuningJobName = job }, cancelled);
        await after.RefreshAsync(inventory, connection, job, cancelled);
    }
}
