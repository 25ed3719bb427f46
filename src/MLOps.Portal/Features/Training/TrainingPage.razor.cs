using MLOps.Portal.Features.Training.Comparing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Tags;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Training;

/// <summary>
/// Training jobs. What the portal holds is filtered and sorted at once; where there are more, the cloud is asked.
/// </summary>
public sealed partial class TrainingPage
{
    private const int PageSize = 50;
    private static readonly IReadOnlyList<(string Value, string Title)> Spans = [("1h", "Last hour"), ("24h", "Last 24 hours"), ("7d", "Last 7 days"), ("30d", "Last 30 days")];

    private InventoryState<TrainingJobSummary> state = InventoryState<TrainingJobSummary>.Loading;
    private List<TrainingJobSummary> shown = [];
    private TagFilter tags = default!;
    private List<TrainingJobSummary> found = [];
    private int page = 1;
    private int pages = 1;
    private string spanOf = "";
    private DateTimeOffset? after;

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [Inject] private IOptions<CloudOptions> Options { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery] private string? Q { get; set; }

    [SupplyParameterFromQuery(Name = "status")] private string? StatusName { get; set; }

    [SupplyParameterFromQuery(Name = "since")] private string? Since { get; set; }

    [SupplyParameterFromQuery] private string? Sort { get; set; }

    [SupplyParameterFromQuery] private string? Tag { get; set; }

    [Inject] private ITagReader Tags { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "page")] private int? PageNumber { get; set; }

    [SupplyParameterFromQuery(Name = "jobs")] private string? JobNames { get; set; }

    /// <summary>Whether there may be more jobs than the portal holds.</summary>
    private bool IsPartial => state.Items.Count >= Options.Value.Inventory.MaxTrainingJobs;

    /// <summary>Whether the cloud is asked page by page. It cannot be asked by tag that way; then what the portal holds is shown.</summary>
    private bool AsksTheCloud => IsPartial && string.IsNullOrEmpty(Tag);

    /// <summary>The jobs with the tag that the portal does not hold.</summary>
    private IEnumerable<string> Tagged => (tags.Names ?? new HashSet<string>()).Except(state.Items.Select(j => j.Name)).Order(StringComparer.Ordinal);

    private int Unheld => IsPartial ? Tagged.Count() : 0;

    private IReadOnlyList<string> Chosen => ComparePage.NamesIn(JobNames);

    private TrainingJobQuery Query => new()
    {
        NameContains = Q ?? "",
        Status = StatusName switch { "running" => "InProgress", "failed" => "Failed", "good" => "Completed", "stopped" => "Stopped", _ => "" },
        CreatedAfter = after,
        SortBy = Sort?.TrimStart('-') is "name" or "status" ? Sort.TrimStart('-') : "created",
        Descending = Sort is null || Sort.StartsWith('-'),
    };

    protected override void OnInitialized()
    {
        tags = new(Tags, TaggedKind.TrainingJob);
        Follow(Jobs, next =>
        {
            state = next;
            Arrange();
        });
    }

    public override void Dispose()
    {
        tags.Dispose();
        base.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // The beginning of the span is fixed when it is chosen: else every look would be another question.
        if (spanOf != (Since ?? ""))
            (spanOf, after) = (Since ?? "", Span(Since) is { } span ? Now - span : null);
        var asking = tags.SetAsync(Places.Connection, Tag, Gone);
        Arrange();
        if (await asking)
            Arrange();
    }

    private void Arrange()
    {
        var chosen = state.Items
            .Where(j => Q is null || j.Name.Contains(Q, StringComparison.OrdinalIgnoreCase) || j.Image.Contains(Q, StringComparison.OrdinalIgnoreCase))
            .Where(j => StatusChoices.Fits(StatusName, j.Status))
            .Where(j => tags.Fits(j.Name))
            .Where(j => after is null || j.Created > after);
        // The inventory's order is the newest first, also among those that are alike in what is sorted by.
        found = TrainingTable.Shape.Order(chosen, Sort);
        pages = Math.Max(1, (found.Count + PageSize - 1) / PageSize);
        page = Math.Clamp(PageNumber ?? 1, 1, pages);
        shown = found.GetRange((page - 1) * PageSize, Math.Min(PageSize, found.Count - (page - 1) * PageSize));
    }

    private void Choose(string job)
    {
        List<string> next = Chosen.Contains(job) ? [.. Chosen.Where(n => n != job)] : [.. Chosen.Append(job).Take(ComparePage.Most)];
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("jobs", next.Count > 0 ? string.Join(',', next) : null), replace: true);
    }

    private static TimeSpan? Span(string? word) => word switch
    {
        "1h" => TimeSpan.FromHours(1),
        "24h" => TimeSpan.FromHours(24),
        "7d" => TimeSpan.FromDays(7),
        "30d" => TimeSpan.FromDays(30),
        _ => null,
    };
}
