using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Components;
using MLOps.Portal.Shared.Security;
using MudBlazor;

namespace MLOps.Portal.Features.Training.Jobs;

/// <summary>Whether one job is good: what it measured, what it said, what it ran on.</summary>
public sealed partial class JobPage
{
    private readonly Loaded<TrainingJobDetail> job = new();
    private IReadOnlyList<MetricSeries> series = [];
    private TrainingJobSummary? live;
    private IReadOnlyList<PipelineSummary> pipelines = [];
    private string shown = "";
    private string logKey = "";

    [Parameter] public string Name { get; set; } = "";

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [Inject] private IInventory<PipelineSummary> Pipelines { get; set; } = default!;

    [Inject] private ITrainingReader Reader { get; set; } = default!;

    [Inject] private ITrainingCommands Commands { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    private string? Status => live?.Status ?? job.Value?.Job.Status;

    private bool IsRunning => MLOps.Cloud.Values.Status.Kind(Status) == StatusKind.Running;

    /// <summary>The pipeline whose execution's id the job's name ends with, as the workshop names them.</summary>
    private (string Name, string Execution)? Pipeline =>
        pipelines.SelectMany(p => p.Stages.Select(s => (p.Name, Execution: s.ExecutionId)).Append((p.Name, Execution: p.Latest?.Id ?? "")))
            .Where(p => p.Execution.Length > 0 && Name.EndsWith(p.Execution, StringComparison.Ordinal)).Select(p => ((string, string)?)(p.Name, p.Execution)).FirstOrDefault();

    protected override void OnInitialized()
    {
        Follow(Pipelines, next => pipelines = next.Items);
        Follow(Jobs, next =>
        {
            var now = next.Items.FirstOrDefault(j => j.Name == Name);
            var changed = live is not null && now is not null && now != live;
            live = now;
            // What the inventory holds is a part of the job: when that changed, the rest is read again.
            if (changed && shown == Name)
                Start(LoadAsync);
        });
    }

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Name)
            return;
        shown = Name;
        live = Jobs.Current(Places.Connection).Items.FirstOrDefault(j => j.Name == Name);
        logKey = $"{Places.Connection}/{Name}";
        series = [];
        job.Reset();
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        if (await job.LoadAsync(token => Reader.DetailAsync(Places.Connection, Name, token), Gone) && job.Fault is null)
        {
            try
            {
                series = await Reader.MetricsAsync(Places.Connection, Name, Gone);
            }
            catch (CloudException)
            {
                // The last values, which came with the job, are shown without their course.
                series = [];
            }
        }
        StateHasChanged();
    }

    private async Task StopAsync()
    {
        const string text = "The job gets a signal and up to two minutes to save its model. A pipeline that waits for it fails, and can be retried.";
        if (!await ConfirmDialog.AskAsync(Dialogs, $"Stop {Name}?", text, "Stop", destructive: true))
            return;
        await Commander.RunAsync(Policies.Operate, TrainingReconciler.Deed("stop", Name), () => Commands.StopAsync(Places.Connection, Name), "The job is asked to stop.");
        await Jobs.RefreshAsync(Places.Connection, Name, Gone);
    }

    public override void Dispose()
    {
        job.Dispose();
        base.Dispose();
    }
}
