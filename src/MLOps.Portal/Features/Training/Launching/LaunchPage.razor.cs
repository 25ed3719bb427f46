using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Training.Launching;

/// <summary>Launches a training job: a new one, or one that is there once more.</summary>
public sealed partial class LaunchPage
{
    private readonly Loaded<LaunchForm> load = new();
    private IReadOnlyList<DraftFault> faults = [];
    private string? shown;
    private bool busy;

    [Inject] private ITrainingReader Reader { get; set; } = default!;

    [Inject] private ITrainingCommands Commands { get; set; } = default!;

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }

    /// <summary>A name like another one that is not taken: its end, an execution's id or a number, gives way to the time.</summary>
    internal static string NameAfter(string job, DateTimeOffset now)
    {
        var stamp = now.ToString("yyyyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture);
        var stem = Repeated().Replace(job, "");
        return $"{stem[..Math.Min(stem.Length, 63 - stamp.Length - 1)].TrimEnd('-')}-{stamp}";
    }

    protected override async Task OnParametersSetAsync()
    {
        if (load.Value is not null && shown == From)
            return;
        shown = From;
        load.Reset();
        faults = [];
        await LoadAsync();
    }

    private Task LoadAsync() => load.LoadAsync(async token => LaunchForm.Of(From is null
        ? new TrainingJobDraft(NameAfter("training-job", Now))
        : TrainingJobDraft.Of(await Reader.DetailAsync(Places.Connection, From, token), NameAfter(From, Now))), Gone);

    private async Task LaunchAsync()
    {
        var draft = load.Value!.ToDraft();
        faults = DraftChecks.Of(draft);
        if (faults.Count > 0 || busy)
            return;
        busy = true;
        if (await Commander.RunAsync(Policies.Operate, TrainingReconciler.Deed("launch", draft.Name), () => Commands.CreateAsync(Places.Connection, draft), $"{draft.Name} is launched.") && IsHere)
            Navigation.NavigateTo(Places.TrainingJob(draft.Name));
        busy = false;
    }

    public override void Dispose()
    {
        load.Dispose();
        base.Dispose();
    }

    [System.Text.RegularExpressions.GeneratedRegex("-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9]{8}-[0-9]{6}|[0-9]{3}-[0-9a-f]{8})$")]
    private static partial System.Text.RegularExpressions.Regex Repeated();
}
