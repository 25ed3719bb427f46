using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Components;
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
    private string? next;
    private string shown = "";
    private PipelineExecution? listed;

    [Parameter] public string Name { get; set; } = "";

    /// <summary>The execution that is opened below the list.</summary>
    [SupplyParameterFromQuery] private string? Execution { get; set; }

    [Inject] private IInventory<PipelineSummary> Pipelines { get; set; } = default!;

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private IPipelineReader Reader { get; set; } = default!;

    [Inject] private IPipelineCommands Commands { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    private PipelineSummary? Summary => state.Items.FirstOrDefault(p => p.Name == Name);

    protected override void OnInitialized()
    {
        Follow(Jobs, next => things.Jobs = next.Items);
        Follow(Endpoints, next => things.Endpoints = next.Items);
        Follow(Pipelines, next =>
        {
            state = next;
            // The list of executions is read again when the newest one changed, not at every sweep.
            if (shown == Name && RendererInfo.IsInteractive && Summary?.Latest is { } latest && latest != listed)
                Start(LoadAsync);
        });
    }

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Name)
            return;
        shown = Name;
        detail.Reset();
        (executions, next) = ([], null);
        await LoadAsync();
    }

    /// <summary>What happens to an execution when a newer one comes up behind it.</summary>
    private static string ModeInWords(string mode) => mode switch
    {
        "SUPERSEDED" => "superseded (a newer execution overtakes one that waits)",
        "QUEUED" => "queued (executions go one after the other)",
        "PARALLEL" => "parallel (executions do not wait for each other)",
        _ => mode.ToLowerInvariant(),
    };

    private async Task LoadAsync()
    {
        listed = Summary?.Latest;
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

    private async Task StartAsync()
    {
        if (!await ConfirmDialog.AskAsync(Dialogs, $"Start {Name}?", "An execution starts with the newest revision of each source. It can be stopped while it runs.", "Start"))
            return;
        await Commander.RunAsync(Policies.Operate, $"start pipeline {Name}", () => Commands.StartAsync(Places.Connection, Name, Gone), "The execution has started.");
        await Pipelines.RefreshAsync(Places.Connection, Name, Gone);
    }

    private async Task StopAsync()
    {
        if (Summary?.Latest is not { } latest || await StopDialog.AskAsync(Dialogs, Name, latest.Id) is not { } answer)
            return;
        await Commander.RunAsync(Policies.Operate, $"stop execution {latest.Id} of {Name}",
            () => Commands.StopAsync(Places.Connection, Name, latest.Id, answer.Abandon, answer.Reason, Gone), answer.Abandon ? "The execution is stopped." : "The execution stops after the actions that run.");
        await Pipelines.RefreshAsync(Places.Connection, Name, Gone);
    }

    private async Task RetryAsync(StageState stage)
    {
        await Commander.RunAsync(Policies.Operate, $"retry stage {stage.Name} of {Name}",
            () => Commands.RetryStageAsync(Places.Connection, Name, stage.Name, stage.ExecutionId, cancelled: Gone), $"What failed in {stage.Name} runs again.");
        await Pipelines.RefreshAsync(Places.Connection, Name, Gone);
    }

    public override void Dispose()
    {
        detail.Dispose();
        base.Dispose();
    }
}
