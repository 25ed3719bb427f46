using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Telemetry;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Endpoints;

/// <summary>Whether one endpoint is healthy: who serves, how many, how fast.</summary>
public sealed partial class EndpointPage
{
    private readonly Loaded<EndpointDetail> detail = new();
    private InventoryState<EndpointSummary> state = InventoryState<EndpointSummary>.Loading;
    private EndpointSummary? read;
    private string shown = "";
    private string logKey = "";

    [Parameter] public string Name { get; set; } = "";

    /// <summary>The time that the charts show: <c>1h</c>, <c>6h</c>, <c>1d</c>, <c>7d</c>.</summary>
    [SupplyParameterFromQuery] private string? Span { get; set; }

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private IEndpointReader Reader { get; set; } = default!;

    [Inject] private ILogReader Logs { get; set; } = default!;

    private EndpointSummary? Endpoint => state.Items.FirstOrDefault(e => e.Name == Name);

    protected override void OnInitialized() => Follow(Endpoints, next =>
    {
        state = next;
        // Scaling activities are read again when the endpoint itself changed.
        if (shown == Name && Endpoint is { } now && read is not null && now != read)
            Start(LoadAsync);
    });

    protected override async Task OnParametersSetAsync()
    {
        if (shown == Name)
            return;
        shown = Name;
        logKey = $"{Places.Connection}/{Name}";
        detail.Reset();
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        read = Endpoint;
        await detail.LoadAsync(token => Reader.DetailAsync(Places.Connection, Name, token), Gone);
        StateHasChanged();
    }

    private IAsyncEnumerable<LogLine> Log(CancellationToken cancelled) =>
        Logs.ReadAsync(Places.Connection, LogSource.Endpoint(Name), Now - TimeSpan.FromHours(6), follow: true, cancelled);

    public override void Dispose()
    {
        detail.Dispose();
        base.Dispose();
    }
}
