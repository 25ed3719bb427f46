using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Training;
using MLOps.Cloud.Tuning;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Tuning;

/// <summary>Launches a tuning job: after a training job that works, or one that is there once more.</summary>
public sealed partial class NewTuningPage
{
    private static readonly CloudFault HasSeveral = new(CloudFaultKind.Invalid, "The tuning job has several definitions of training jobs, which this form cannot hold. Repeat it with the AWS CLI.");

    private readonly Loaded<TuningForm> load = new();
    private IReadOnlyList<DraftFault> faults = [];
    private (string?, string?) shown;
    private bool busy;

    [Inject] private ITrainingReader Reader { get; set; } = default!;

    [Inject] private ITuningReader Tunings { get; set; } = default!;

    [Inject] private ITuningCommands Commands { get; set; } = default!;

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }

    /// <summary>The tuning job that is launched once more; <see cref="From"/> does not matter then.</summary>
    [SupplyParameterFromQuery(Name = "repeat")] private string? Repeated { get; set; }

    private IEnumerable<string> Choices => Jobs.Current(Places.Connection).Items.Where(j => j.Status == "Completed" || j.Name == From).Select(j => j.Name).Take(100);

    protected override async Task OnParametersSetAsync()
    {
        if (shown == (Repeated, From))
            return;
        shown = (Repeated, From);
        load.Reset();
        faults = [];
        if ((Repeated ?? From) is not null)
            await LoadAsync();
    }

    private Task LoadAsync() => load.LoadAsync(async token =>
    {
        if (Repeated is null)
            return TuningForm.Of(await Reader.DetailAsync(Places.Connection, From!, token), Now);
        var job = await Tunings.DetailAsync(Places.Connection, Repeated, token);
        return TuningForm.Of(job, job.Request ?? throw new CloudException(HasSeveral), Now);
    }, Gone);

    private static void Choose(TuningForm form, string metric) => (form.Metric, form.Goal) = (metric, TuningForm.GoalOf(metric));

    private async Task LaunchAsync()
    {
        var draft = load.Value!.ToDraft();
        faults = draft.Check();
        if (faults.Count > 0 || busy)
            return;
        busy = true;
        if (await Commander.RunAsync(Policies.Operate, TuningReconciler.Deed("launch", draft.Name), () => Commands.CreateAsync(Places.Connection, draft), $"{draft.Name} is launched.") && IsHere)
            Navigation.NavigateTo(Places.TuningJob(draft.Name));
        busy = false;
    }

    public override void Dispose()
    {
        load.Dispose();
        base.Dispose();
    }
}
