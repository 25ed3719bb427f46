using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Load;

/// <summary>A run while it goes, and what it came to.</summary>
public sealed partial class RunPage
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private LoadRun? run;
    private LiveRun? live;
    private LoadFigures figures = new();
    private bool missing;
    private string shown = "";

    [Parameter] public string Id { get; set; } = "";

    [Inject] private LoadRuns Runs { get; set; } = default!;

    [Inject] private LoadStore Store { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IOptions<LoadOptions> Options { get; set; } = default!;

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
            Start(RepeatAsync);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Id)
            return;
        shown = Id;
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        live = Runs.Find(Id);
        if (live is not null)
        {
            (run, figures) = (live.Run, Runs.FiguresOf(live));
            return;
        }
        run = await Store.FindAsync(Id, Gone);
        missing = run is null;
        figures = run?.ReadFigures() ?? new();
    }

    private async Task RepeatAsync()
    {
        using var timer = new PeriodicTimer(Pace, Time);
        while (await timer.WaitForNextTickAsync(Gone))
        {
            if (run is { State: not LoadRunState.Running } && live is null)
                continue; // it changes no more
            await ReadAsync();
            StateHasChanged();
        }
    }

    private Task CancelAsync() => Commander.RunAsync(Policies.Invoke, $"cancel the load on {run?.Endpoint}", () =>
    {
        live?.Cancel();
        return Task.CompletedTask;
    }, "The run is being cancelled.");
}
