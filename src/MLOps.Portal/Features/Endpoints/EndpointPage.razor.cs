using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MudBlazor;

namespace MLOps.Portal.Features.Endpoints;

/// <summary>One endpoint: is it healthy, how does it scale, what is asked of it, what was deployed.</summary>
public sealed partial class EndpointPage
{
    private static readonly IReadOnlyList<(string Key, string Title, int? Count)> Tabs =
    [
        ("overview", "Overview", null), ("scaling", "Scaling", null), ("capture", "Captured requests", null), ("drift", "Drift", null),
        ("deployments", "Deployments", null), ("log", "Log", null),
    ];

    private readonly Loaded<EndpointDetail> detail = new();
    private InventoryState<EndpointSummary> state = InventoryState<EndpointSummary>.Loading;
    private EndpointSummary? read;
    private Standing? standing;
    private string shown = "";

    [Parameter] public string Name { get; set; } = "";

    [SupplyParameterFromQuery] private string? Tab { get; set; }

    /// <summary>The time that the charts show: <c>1h</c>, <c>6h</c>, <c>1d</c>, <c>7d</c>.</summary>
    [SupplyParameterFromQuery] private string? Span { get; set; }

    /// <summary>How many days of captured requests are looked at.</summary>
    [SupplyParameterFromQuery] private string? Days { get; set; }

    /// <summary>The variant whose drift is shown; the one with most traffic where it is not given.</summary>
    [SupplyParameterFromQuery(Name = "variant")] private string? VariantName { get; set; }

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private IEndpointReader Reader { get; set; } = default!;

    [Inject] private IEndpointCommands Commands { get; set; } = default!;

    [Inject] private Whereabouts Whereabouts { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

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
        standing = null;
        detail.Reset();
        await Task.WhenAll(LoadAsync(), StandAsync());
    }

    private async Task StandAsync()
    {
        var name = Name;
        var found = await Whereabouts.OfAsync(name, Gone);
        // Another endpoint may have been opened meanwhile.
        if (name == Name)
            standing = found;
    }

    private async Task LoadAsync()
    {
        read = Endpoint;
        await detail.LoadAsync(token => Reader.DetailAsync(Places.Connection, Name, token), Gone);
        StateHasChanged();
    }

    private Surroundings Where => standing?.Where ?? Whereabouts.AtAGlance(Name);

    // Closed until it is known where the endpoint stands.
    private string ByHand => standing?.ByHand ?? Policies.Administer;

    private async Task DeleteAsync()
    {
        if (Endpoint is not { } endpoint || !await DeleteDialog.AskAsync(Dialogs, endpoint))
            return;
        // A pipeline may have been changed while the page was open.
        standing = await Whereabouts.OfAsync(Name, CancellationToken.None);
        await Commander.RunAsync(ByHand, EndpointReconciler.Deed($"delete endpoint {Name}", endpoint), () => Commands.DeleteAsync(Places.Connection, Name), $"{Name} is being deleted.");
    }

    public override void Dispose()
    {
        detail.Dispose();
        base.Dispose();
    }
}
