using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Shared.Clouds;

/// <summary>
/// A page about one job by its name: the inventory tells when the job changed, and then it is read in depth. The status is the inventory's,
/// which is newer.
/// </summary>
public abstract class NamedJobPage<TSummary, TDetail> : LiveComponent where TSummary : class where TDetail : class
{
    private TSummary? live;
    private string shown = "";

    [Parameter] public string Name { get; set; } = "";

    [Inject] private IInventory<TSummary> Jobs { get; set; } = default!;

    /// <summary>The job in depth.</summary>
    protected Loaded<TDetail> Job { get; } = new();

    protected string? CurrentStatus => live is not null ? StatusOf(live) : Job.Value is { } known ? StatusOf(SummaryOf(known)) : null;

    protected bool IsRunning => Status.Kind(CurrentStatus) == StatusKind.Running;

    protected abstract string NameOf(TSummary job);

    protected abstract string StatusOf(TSummary job);

    protected abstract TSummary SummaryOf(TDetail job);

    protected abstract Task<TDetail> ReadAsync(CancellationToken cancelled);

    protected override void OnInitialized() => Follow(Jobs, next =>
    {
        var now = next.Items.FirstOrDefault(j => NameOf(j) == Name);
        var changed = live is not null && now is not null && !now.Equals(live);
        live = now;
        if (changed && shown == Name)
            Start(LoadAsync);
    });

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Name)
            return;
        shown = Name;
        live = Jobs.Current(Places.Connection).Items.FirstOrDefault(j => NameOf(j) == Name);
        Job.Reset();
        await LoadAsync();
    }

    protected async Task LoadAsync()
    {
        await Job.LoadAsync(ReadAsync, Gone);
        StateHasChanged();
    }

    public override void Dispose()
    {
        Job.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }
}
