using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Workshop;

namespace MLOps.Portal.Features.Overview;

/// <summary>What needs a person, what runs, and whether what serves is well.</summary>
public sealed partial class OverviewPage
{
    private InventoryState<PipelineSummary> pipelines = InventoryState<PipelineSummary>.Loading;
    private InventoryState<PendingApproval> approvals = InventoryState<PendingApproval>.Loading;
    private InventoryState<TrainingJobSummary> jobs = InventoryState<TrainingJobSummary>.Loading;
    private InventoryState<EndpointSummary> endpoints = InventoryState<EndpointSummary>.Loading;
    private WorkshopState workshop = new(WorkshopPhase.NotWanted, []);
    private IReadOnlyList<Need> needs = [];
    private IReadOnlyList<Work> running = [];

    [Inject] private IInventory<PipelineSummary> Pipelines { get; set; } = default!;

    [Inject] private IInventory<PendingApproval> Approvals { get; set; } = default!;

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private IWorkshopSeeder Workshop { get; set; } = default!;

    // The panels that are put together from several inventories are as known as the pipelines are.
    private InventoryState<PipelineSummary> Asked => pipelines;

    protected override void OnInitialized()
    {
        Follow(Pipelines, next => { pipelines = next; Gather(); });
        Follow(Approvals, next => { approvals = next; Gather(); });
        Follow(Jobs, next => { jobs = next; Gather(); });
        Follow(Endpoints, next => { endpoints = next; Gather(); });
        workshop = Workshop.Current;
        if (RendererInfo.IsInteractive)
        {
            var (state, changes) = Workshop.Subscribe();
            workshop = state;
            Pump(changes, next => workshop = next);
        }
        Gather();
    }

    private void Gather()
    {
        var gatherer = new Gatherer(Places, Now);
        needs = gatherer.Needs(approvals.Items, pipelines.Items, jobs.Items, endpoints.Items);
        running = gatherer.Running(pipelines.Items, jobs.Items, endpoints.Items);
    }

    private async Task RefreshAsync()
    {
        foreach (var refresh in new[] { Pipelines.RefreshAsync(Places.Connection), Approvals.RefreshAsync(Places.Connection), Endpoints.RefreshAsync(Places.Connection) })
            await refresh;
    }
}
