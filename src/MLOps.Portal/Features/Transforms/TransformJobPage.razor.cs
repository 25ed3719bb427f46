using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Components;
using MLOps.Portal.Shared.Security;
using MudBlazor;

namespace MLOps.Portal.Features.Transforms;

/// <summary>What a batch transform was asked, where it stands, and what it answered.</summary>
public sealed partial class TransformJobPage
{
    private readonly Loaded<TransformJobDetail> job = new();
    private TransformJobSummary? live;
    private string shown = "";

    [Parameter] public string Name { get; set; } = "";

    [Inject] private IInventory<TransformJobSummary> Jobs { get; set; } = default!;

    [Inject] private ITransformReader Reader { get; set; } = default!;

    [Inject] private ITransformCommands Commands { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    private string? CurrentStatus => live?.Status ?? job.Value?.Job.Status;

    private bool IsRunning => Status.Kind(CurrentStatus) == StatusKind.Running;

    protected override void OnInitialized() => Follow(Jobs, next =>
    {
        var now = next.Items.FirstOrDefault(j => j.Name == Name);
        var changed = live is not null && now is not null && now != live;
        live = now;
        if (changed && shown == Name)
            Start(LoadAsync);
    });

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Name)
            return;
        shown = Name;
        live = Jobs.Current(Places.Connection).Items.FirstOrDefault(j => j.Name == Name);
        job.Reset();
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        await job.LoadAsync(token => Reader.DetailAsync(Places.Connection, Name, token), Gone);
        StateHasChanged();
    }

    private async Task StopAsync()
    {
        const string text = "Files that were answered completely stay in S3; the others are not written. It cannot be gone on with, only repeated.";
        if (await ConfirmDialog.AskAsync(Dialogs, $"Stop {Name}?", text, "Stop", destructive: true))
            await Commander.RunAsync(Policies.Operate, $"stop transform job {Name}", () => Commands.StopAsync(Places.Connection, Name, Gone), "The job is asked to stop.");
    }

    public override void Dispose()
    {
        job.Dispose();
        base.Dispose();
    }
}
