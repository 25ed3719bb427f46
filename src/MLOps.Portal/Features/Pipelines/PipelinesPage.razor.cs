using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>All pipelines with where they stand.</summary>
public sealed partial class PipelinesPage
{
    private InventoryState<PipelineSummary> state = InventoryState<PipelineSummary>.Loading;

    [Inject] private IInventory<PipelineSummary> Pipelines { get; set; } = default!;

    [SupplyParameterFromQuery] private string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "status")] private string? StatusName { get; set; }

    [SupplyParameterFromQuery] private string? Sort { get; set; }

    private List<PipelineSummary> Shown { get; set; } = [];

    protected override void OnInitialized() => Follow(Pipelines, next =>
    {
        state = next;
        Choose();
    });

    protected override void OnParametersSet() => Choose();

    private void Choose() => Shown = PipelineTable.Shape.Order(
        state.Items.Where(p => Q is null || p.Name.Contains(Q, StringComparison.OrdinalIgnoreCase)).Where(p => StatusChoices.Fits(StatusName, p.Status)), Sort);
}
