using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Approvals;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;
using MudBlazor;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>Where one pipeline stands, why, and what can be done about it.</summary>
public sealed partial class PipelinePage
{
    private readonly Loaded<PipelineDetail> detail = new();
    private readonly RelatedThings things = new();
    private InventoryState<PipelineSummary> state = InventoryState<PipelineSummary>.Loading;
    private List<PipelineExecution> executions = [];
    private PipelineActs acts = default!;
    private string? next;
    private string shown = "";
    private PipelineSummary? listed;
    private IReadOnlyList<PendingApproval> approvals = [];
    private HashSet<string> waiting = [];

    [Parameter] public string Name { get; set; } = "";

    /// <summary>The execution that is opened below the list, and the run of one of its actions.</summary>
    [SupplyParameterFromQuery] private string? Execution { get; set; }

    [SupplyParameterFromQuery] private string? Action { get; set; }

    [SupplyParameterFromQuery] private string? Log { get; set; }

    [SupplyParameterFromQuery] private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "status")] private string? StatusName { get; set; }

    [Inject] private IInventory<PipelineSummary> Pipelines { get; set; } = default!;

    [Inject] private IInventory<PendingApproval> Approvals { get; set; } = default!;

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private IPipelineReader Reader { get; set; } = default!;

    [Inject] private IPipelineCommands Commands { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    /// <summary>The pipeline as the inventory knows it, with the times that only the executions tell.</summary>
    private PipelineSummary? Summary => Known is { } known && detail.Value is { } read && read.Pipeline.Name == known.Name
        ? known with { Stages = ExecutionStages.WithTimes(known.Stages, read.Actions) }
        : Known;

    private PipelineSummary? Known => state.Items.FirstOrDefault(p => p.Name == Name);

    protected override void OnInitialized()
    {
        Follow(Jobs, next => things.Jobs = next.Items);
        Follow(Endpoints, next => things.Endpoints = next.Items);
        Follow(Approvals, next =>
        {
            approvals = next.Items;
            Await();
        });
        Follow(Pipelines, next =>
        {
            state = next;
            // What is only told by the executions is read again when the pipeline changed, not at every sweep.
            if (shown == Name && RendererInfo.IsInteractive && Known is { } known && known != listed)
                Start(LoadAsync);
        });
    }

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Name)
            return;
        shown = Name;
        Await();
        acts = new PipelineActs(Name, Places, Commands, Reader, Commander, Dialogs, LookAgainAsync, Gone);
        detail.Reset();
        (executions, next) = ([], null);
        await LoadAsync();
    }

    private void Await() => waiting = [.. approvals.Where(a => a.Pipeline == Name).Select(a => a.ExecutionId)];

    private async Task LoadAsync()
    {
        listed = Known;
        var connection = Places.Connection;
        if (await detail.LoadAsync(token => Reader.DetailAsync(connection, Name, token), Gone) && detail is { Fault: null, Value: { } value })
        {
            // Pages that were asked for stay; the newest come in front of them.
            var newest = value.Executions.Items;
            var known = newest.Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
            var older = executions.Count > newest.Count ? executions.Where(e => !known.Contains(e.Id)).ToList() : [];
            if (older.Count == 0)
                next = value.Executions.Next;
            executions = [.. newest, .. older];
        }
        StateHasChanged();
    }

    private async Task MoreAsync()
    {
        if (await Commander.ReadAsync(() => Reader.ExecutionsAsync(Places.Connection, Name, next, Gone)) is not { } page)
            return;
        executions.AddRange(page.Items.Where(item => executions.All(known => known.Id != item.Id)));
        next = page.Next;
    }

    private async Task LookAgainAsync()
    {
        await Pipelines.RefreshAsync(Places.Connection, Name, Gone);
        await LoadAsync();
    }

    public override void Dispose()
    {
        detail.Dispose();
        base.Dispose();
    }
}
