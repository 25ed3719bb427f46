using MLOps.Cloud.Approvals;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Inventory;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>Begins to gather as soon as an approval waits, so that it is there when a person comes.</summary>
internal sealed class EvidenceWatch(CandidateEvidence evidence, IInventory<PendingApproval> approvals, ICloudConnections connections) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(connections.All.Select(connection => FollowAsync(connection.Name, stoppingToken)));

    private async Task FollowAsync(string connection, CancellationToken stopping)
    {
        try
        {
            var (state, changes) = approvals.Subscribe(connection);
            Begin(state);
            await foreach (var next in changes.WithCancellation(stopping))
                Begin(next);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private void Begin(InventoryState<PendingApproval> state)
    {
        foreach (var approval in state.Items)
            evidence.Begin(new CandidateKey(approval.Connection, approval.Pipeline, approval.Action, approval.ExecutionId));
    }
}
