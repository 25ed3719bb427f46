using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Telemetry;
using MLOps.Cloud.Tuning;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Charts;
using MLOps.Portal.Shared.Components;
using MLOps.Portal.Shared.Security;
using MudBlazor;

namespace MLOps.Portal.Features.Tuning;

/// <summary>Where a tuning job stands: its training jobs, the best so far, and what goes with good values.</summary>
public sealed partial class TuningJobPage
{
    private static readonly HashSet<string> Best = ["best"], Each = ["each"];

    [Inject] private ITuningReader Reader { get; set; } = default!;

    [Inject] private ITuningCommands Commands { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    protected override string NameOf(TuningJobSummary job) => job.Name;

    protected override string StatusOf(TuningJobSummary job) => job.Status;

    protected override TuningJobSummary SummaryOf(TuningJobDetail job) => job.Job;

    protected override Task<TuningJobDetail> ReadAsync(CancellationToken cancelled) => Reader.DetailAsync(Places.Connection, Name, cancelled);

    private static TuningTrial? BestOf(TuningJobDetail detail) => detail.Trials.FirstOrDefault(t => t.Job == detail.BestJob);

    /// <summary>The value of each training job in the order in which they ended, and the best up to then.</summary>
    internal static IReadOnlyList<MetricSeries> Courses(TuningJobDetail detail)
    {
        var ended = detail.Trials.Where(t => t.Value is not null).OrderBy(t => t.Ended ?? t.Created).ToList();
        var best = new List<MetricPoint>();
        foreach (var trial in ended)
        {
            var value = best.Count > 0 && !detail.IsBetter(trial.Value!.Value, best[^1].Value) ? best[^1].Value : trial.Value!.Value;
            best.Add(new MetricPoint(trial.Ended ?? trial.Created, value));
        }
        return
        [
            Curves.ByStep(new MetricSeries("best", "best so far", "None", best.ToValueList())),
            Curves.ByStep(new MetricSeries("each", "each training job", "None", ended.Select(t => new MetricPoint(t.Ended ?? t.Created, t.Value!.Value)).ToValueList())),
        ];
    }

    private static List<ScatterChart.Dot> DotsOf(TuningJobDetail detail, string parameter) => [.. detail.Trials.Where(t => t.Value is not null).Select(t =>
        new ScatterChart.Dot(t.Job, t.Values.FirstOrDefault(v => v.Name == parameter)?.Value ?? "", t.Value!.Value, t.Job == detail.BestJob))];

    private async Task StopAsync()
    {
        const string text = "The training jobs that run get a signal and up to two minutes to save their models. What has been found so far is kept; it cannot be gone on with.";
        if (await ConfirmDialog.AskAsync(Dialogs, $"Stop {Name}?", text, "Stop", destructive: true))
            await Commander.RunAsync(Policies.Operate, TuningReconciler.Deed("stop", Name), () => Commands.StopAsync(Places.Connection, Name), "The tuning job is asked to stop.");
    }

    private async Task DeleteAsync()
    {
        const string text = "The record of the tuning job goes, with its ranges and its list of training jobs, and cannot be brought back. The training jobs and their models stay.";
        if (await ConfirmDialog.AskAsync(Dialogs, $"Delete {Name}?", text, "Delete", destructive: true)
            && await Commander.RunAsync(Policies.Operate, TuningReconciler.Deed("delete", Name), () => Commands.DeleteAsync(Places.Connection, Name), $"{Name} is deleted.") && IsHere)
            Navigation.NavigateTo(Places.TuningJobs);
    }
}
