using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Prices;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;
using MLOps.Cloud.Workshop;
using MLOps.Portal.Shared.History;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Overview;

/// <summary>What needs a person, what runs, whether what serves is well, and what it costs.</summary>
public sealed partial class OverviewPage
{
    private const int MostDeployments = 6;
    private const int JobDays = 14;

    // The history is written a moment after the inventory tells of a change.
    private static readonly TimeSpan Recorded = TimeSpan.FromSeconds(2);

    private InventoryState<PipelineSummary> pipelines = InventoryState<PipelineSummary>.Loading;
    private InventoryState<EndpointSummary> endpoints = InventoryState<EndpointSummary>.Loading;
    private Holdings all = new();
    private WorkshopState workshop = new(WorkshopPhase.NotWanted, []);
    private TrafficReport? traffic;
    private IReadOnlyList<EndpointChange>? deployments;
    private IReadOnlyList<Need> needs = [];
    private IReadOnlyList<Work> running = [];
    private IReadOnlyList<EndpointSpend> spending = [];
    private IReadOnlyList<Figures.Figure> figures = [];

    [Inject] private IInventory<PipelineSummary> Pipelines { get; set; } = default!;

    [Inject] private IInventory<PendingApproval> Approvals { get; set; } = default!;

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [Inject] private IInventory<TuningJobSummary> Tunings { get; set; } = default!;

    [Inject] private IInventory<TransformJobSummary> Transforms { get; set; } = default!;

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private IEndpointTraffic Requests { get; set; } = default!;

    [Inject] private IServingHistory History { get; set; } = default!;

    [Inject] private IPriceTable Prices { get; set; } = default!;

    [Inject] private IWorkshopSeeder Workshop { get; set; } = default!;

    // The panels that are put together from several inventories are as known as the pipelines are.
    private InventoryState<PipelineSummary> Asked => pipelines;

    protected override void OnInitialized()
    {
        Follow(Pipelines, next => Take(all with { Pipelines = next.Items }, () => pipelines = next));
        Follow(Approvals, next => Take(all with { Approvals = next.Items }));
        Follow(Jobs, next => Take(all with { Jobs = next.Items }));
        Follow(Tunings, next => Take(all with { Tunings = next.Items }));
        Follow(Transforms, next => Take(all with { Transforms = next.Items }));
        Follow(Endpoints, next =>
        {
            Take(all with { Endpoints = next.Items }, () => endpoints = next);
            if (deployments is not null)
                Start(ReadHistorySoonAsync);
        });
        workshop = Workshop.Current;
        if (RendererInfo.IsInteractive)
        {
            var (state, changes) = Workshop.Subscribe();
            workshop = state;
            Pump(changes, next => workshop = next);
            Pump(Requests.WatchAsync(Places.Connection, Gone), next =>
            {
                traffic = next.Value ?? traffic;
                Gather();
            });
        }
        Gather();
    }

    protected override Task OnInitializedAsync() => ReadHistoryAsync();

    private void Take(Holdings next, Action? also = null)
    {
        all = next;
        also?.Invoke();
        Gather();
    }

    private void Gather()
    {
        var gatherer = new Gatherer(Places, Now);
        needs = gatherer.Needs(all);
        running = gatherer.Running(all);
        spending = [.. all.Endpoints.Select(e => EndpointSpend.Of(e, Prices, Places.Cloud.Region, Now))];
        figures = Count(gatherer);
    }

    private IReadOnlyList<Figures.Figure> Count(Gatherer gatherer)
    {
        var failed = needs.Count(n => Status.Kind(n.Status) == StatusKind.Failed);
        var soon = needs.Count(n => n.Soon.Length > 0);
        var well = all.Endpoints.Count(e => e.Status == "InService");
        var days = gatherer.JobsByDay(all.Jobs, JobDays);
        var hours = traffic is { Endpoints.Count: > 0 } known ? Enumerable.Range(0, known.Endpoints[0].Hours.Count).Select(h => known.Endpoints.Sum(e => e.Hours[h])).ToList() : null;
        return
        [
            new("Approvals", $"{all.Approvals.Count}", soon > 0 ? $"{soon} expire within a day" : all.Approvals.Count > 0 ? "wait for a person" : "nothing waits", Places.Approvals, all.Approvals.Count > 0 ? "waiting" : ""),
            new("Failures", $"{failed}", failed > 0 ? "need a look" : "none that is new", Places.At("/pipelines", ("status", "failed")), failed > 0 ? "failed" : ""),
            new("Training jobs", $"{days.Sum():0}", $"in {JobDays} days", Places.TrainingJobs, "", days),
            new("In service", $"{well}", $"of {Words.Count(all.Endpoints.Count, "endpoint")}", Places.Endpoints, well < all.Endpoints.Count ? "waiting" : ""),
            new("Requests", hours is null ? "–" : Words.Number(hours.Sum()), "in 24 hours", Places.Endpoints, "", hours),
            new("Spend", Words.Money(spending.Sum(s => s.PerHour ?? 0) * 24, Prices.Source.Currency), "a day at the present size", Places.Endpoints),
        ];
    }

    private async Task ReadHistorySoonAsync()
    {
        await Task.Delay(Recorded, Time, Gone);
        await ReadHistoryAsync();
        StateHasChanged();
    }

    private async Task ReadHistoryAsync() =>
        deployments = [.. (await History.LatestAsync(Places.Connection, MostDeployments * 2, Gone)).Where(c => c.Kind != EndpointChangeKind.Started).Take(MostDeployments)];

    private async Task RefreshAsync()
    {
        foreach (var refresh in new[] { Pipelines.RefreshAsync(Places.Connection), Approvals.RefreshAsync(Places.Connection), Endpoints.RefreshAsync(Places.Connection) })
            await refresh;
    }
}
