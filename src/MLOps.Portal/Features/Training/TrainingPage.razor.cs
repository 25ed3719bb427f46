using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Training;

/// <summary>The newest training jobs.</summary>
public sealed partial class TrainingPage
{
    private const int PageSize = 50;

    private InventoryState<TrainingJobSummary> state = InventoryState<TrainingJobSummary>.Loading;
    private List<TrainingJobSummary> shown = [];
    private int found;
    private int page = 1;
    private int pages = 1;

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [SupplyParameterFromQuery] private string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "status")] private string? StatusName { get; set; }

    [SupplyParameterFromQuery] private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "page")] private int? PageNumber { get; set; }

    protected override void OnInitialized() => Follow(Jobs, next =>
    {
        state = next;
        Choose();
    });

    protected override void OnParametersSet() => Choose();

    private void Choose()
    {
        var chosen = state.Items
            .Where(j => Q is null || j.Name.Contains(Q, StringComparison.OrdinalIgnoreCase) || j.Image.Contains(Q, StringComparison.OrdinalIgnoreCase))
            .Where(j => StatusChoices.Fits(StatusName, j.Status));
        var sorted = Sort switch
        {
            "name" => chosen.OrderBy(j => j.Name, StringComparer.Ordinal),
            "-name" => chosen.OrderByDescending(j => j.Name, StringComparer.Ordinal),
            "status" => chosen.OrderBy(j => j.Status, StringComparer.Ordinal).ThenByDescending(j => j.Created),
            "-status" => chosen.OrderByDescending(j => j.Status, StringComparer.Ordinal).ThenByDescending(j => j.Created),
            "took" => chosen.OrderBy(Took),
            "-took" => chosen.OrderByDescending(Took),
            "created" => chosen.OrderBy(j => j.Created),
            _ => chosen.OrderByDescending(j => j.Created),
        };
        var all = sorted.ToList();
        found = all.Count;
        pages = Math.Max(1, (found + PageSize - 1) / PageSize);
        page = Math.Clamp(PageNumber ?? 1, 1, pages);
        shown = all.GetRange((page - 1) * PageSize, Math.Min(PageSize, found - (page - 1) * PageSize));
    }

    private TimeSpan Took(TrainingJobSummary job) => (job.Ended ?? Now) - job.Created;
}
