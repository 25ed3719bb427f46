using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Tags;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>All pipelines with where they stand.</summary>
public sealed partial class PipelinesPage
{
    private TagFilter tags = default!;
    private InventoryState<PipelineSummary> state = InventoryState<PipelineSummary>.Loading;

    [Inject] private IInventory<PipelineSummary> Pipelines { get; set; } = default!;

    [SupplyParameterFromQuery] private string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "status")] private string? StatusName { get; set; }

    [SupplyParameterFromQuery] private string? Sort { get; set; }

    [SupplyParameterFromQuery] private string? Tag { get; set; }

    [Inject] private ITagReader Tags { get; set; } = default!;

    private List<PipelineSummary> Shown { get; set; } = [];

    protected override void OnInitialized()
    {
        tags = new(Tags, TaggedKind.Pipeline);
        Follow(Pipelines, next =>
        {
            state = next;
            Choose();
        });
    }

    protected override async Task OnParametersSetAsync()
    {
        var asking = tags.SetAsync(Places.Connection, Tag, Gone);
        Choose();
        if (await asking)
            Choose();
    }

    public override void Dispose()
    {
        tags.Dispose();
        base.Dispose();
    }

    private void Choose() => Shown = PipelineTable.Shape.Order(
        state.Items.Where(p => Q is null || p.Name.Contains(Q, StringComparison.OrdinalIgnoreCase)).Where(p => StatusChoices.Fits(StatusName, p.Status))
            .Where(p => tags.Fits(p.Name)), Sort);
}
