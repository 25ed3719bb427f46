using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Components;
using MLOps.Portal.Shared.Security;
using MudBlazor;

namespace MLOps.Portal.Features.Transforms;

/// <summary>What a batch transform was asked, where it stands, and what it answered.</summary>
public sealed partial class TransformJobPage
{
    [Inject] private ITransformReader Reader { get; set; } = default!;

    [Inject] private ITransformCommands Commands { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    protected override string NameOf(TransformJobSummary job) => job.Name;

    protected override string StatusOf(TransformJobSummary job) => job.Status;

    protected override TransformJobSummary SummaryOf(TransformJobDetail job) => job.Job;

    protected override Task<TransformJobDetail> ReadAsync(CancellationToken cancelled) => Reader.DetailAsync(Places.Connection, Name, cancelled);

    private async Task StopAsync()
    {
        const string text = "Files that were answered completely stay in S3; the others are not written. It cannot be gone on with, only repeated.";
        if (await ConfirmDialog.AskAsync(Dialogs, $"Stop {Name}?", text, "Stop", destructive: true))
            await Commander.RunAsync(Policies.Operate, TransformReconciler.Deed("stop", Name), () => Commands.StopAsync(Places.Connection, Name), "The job is asked to stop.");
    }
}
